// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/command.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/diagnostic.h"
#include "harness/cli/revisions.h"

namespace onhook::cli {
namespace {

constexpr const char* kAbout =
    "Reproduces races of Janus' SIP plugin and keeps them reproduced: runs the unmodified plugin\n"
    "under a controlled scheduler and a virtual clock, in every order that a scenario asks for.";

constexpr const char* kExitCodes =
    "Exit codes: 0 all as expected, 1 violated, 2 usage or file error, 3 harness fault or not\n"
    "repeatable, 4 vacuous or infeasible, 130 interrupted. With --ledger: 0 all as the ledger "
    "says,\n"
    "1 otherwise.";

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::string_view near = closest_word(word, views);
  return near.empty() ? std::string() : fmt::format("did you mean '{}'?", near);
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

int refuse_extra(const CLI::App& app, const std::string& extra, Console& console) {
  const std::string word = extra.substr(0, extra.find('='));
  if (word.starts_with("-")) {
    return usage_error(console, fmt::format("unknown option '{}' of {}", word, app.get_name()),
                       nearest(word, option_names(app)));
  }
  return usage_error(console, fmt::format("'{}' is not expected after {}", extra, app.get_name()));
}

}  // namespace

int usage_error(Console& console, const std::string& message, const std::string& suggestion) {
  console.err << "onhook: error: " << message << '\n';
  if (!suggestion.empty()) console.err << suggestion << '\n';
  return kUsageError;
}

namespace {

int run_arguments(std::vector<std::string> arguments, const Engine& engine, Console& console) {
  CLI::App app(kAbout, "onhook");
  app.footer(kExitCodes);
  app.set_version_flag("--version", std::string("onhook " ONHOOK_VERSION));
  app.get_formatter()->column_width(34);
  app.require_subcommand(0, 1);
  const std::vector<Verb> verbs = {
      add_run(app),      add_bisect(app), add_matrix(app),  add_merge(app),   add_program(app),
      add_replay(app),   add_show(app),   add_targets(app), add_explain(app), add_generalise(app),
      add_likeness(app), add_new(app),    add_lint(app),    add_fmt(app),     add_manual(app)};
  std::vector<std::string> verb_names;
  for (const Verb& verb : verbs) {
    verb_names.push_back(verb.app->get_name());
    verb.app->allow_extras();
  }
  app.allow_extras();

  const bool names_verb = !arguments.empty() && !arguments.front().starts_with("-");
  if (arguments.empty()) {
    console.err << app.help();
    return kUsageError;
  }
  if (names_verb &&
      std::find(verb_names.begin(), verb_names.end(), arguments.front()) == verb_names.end()) {
    return usage_error(console, fmt::format("unknown verb '{}'", arguments.front()),
                       nearest(arguments.front(), verb_names));
  }
  try {
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
    app.parse(arguments);
  } catch (const CLI::Success& asked_for_text) {
    return app.exit(asked_for_text, console.out, console.err);
  } catch (const CLI::ParseError& error) {
    return usage_error(console, error.what(), "run 'onhook VERB --help' for its options");
  }
  for (const Verb& verb : verbs) {
    if (!verb.app->parsed()) continue;
    if (const auto extras = verb.app->remaining(); !extras.empty()) {
      return refuse_extra(*verb.app, extras.front(), console);
    }
    return verb.action(engine, console);
  }
  if (const auto extras = app.remaining(); !extras.empty()) {
    return refuse_extra(app, extras.front(), console);
  }
  return usage_error(console, "a verb is missing", "run 'onhook --help' for the verbs");
}

}  // namespace

int run_command_line(std::vector<std::string> arguments, const Engine& engine, Console& console) {
  // To git, 2 is a bad commit.
  const bool for_git = !arguments.empty() && arguments.front() == "run" &&
                       std::ranges::find(arguments, "--bisect") != arguments.end();
  const int code = run_arguments(std::move(arguments), engine, console);
  return for_git && code == kUsageError ? kBisectAborts : code;
}

}  // namespace onhook::cli
