// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <filesystem>

#include "harness/base/text_file.h"
#include "harness/cli/command.h"
#include "harness/cli/generalising.h"
#include "harness/cli/output_only.h"
#include "harness/cli/revisions.h"
#include "harness/report/json.h"
#include "harness/report/text.h"

namespace onhook::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHelp =
    "Writes a schedule's violation as a scenario: the fewest constraints 'A before B' over\n"
    "functions, fields, locks and operations under which every execution that is tried breaks the\n"
    "same law. A schedule is bound to one plugin object; the scenario runs on any revision.\n\n"
    "Exit code 0: written. 1: no constraints were found. 3: the schedule could not be run.\n\n"
    "  onhook generalise onhook-out/client_keeps_pc.sched -o scenarios/hangup/guard.scn";

struct GeneraliseOptions {
  std::string file;
  std::string out;
  std::uint64_t samples = GeneraliseRequest{}.samples;
};

/// Where the scenario goes: what was asked for, else beside the program or the schedule.
fs::path out_path(const GeneraliseOptions& options, const Generalised& found) {
  if (!options.out.empty()) return options.out;
  fs::path path = options.file;
  path.replace_extension(".scn");
  return found.needs_folder ? fs::path(found.folder) / path.filename() : path;
}

bool same_folder(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a.empty() ? "." : a, b.empty() ? "." : b, error);
}

int write(const GeneraliseOptions& options, const Schedule& schedule, const Generalised& found,
          Console& console) {
  const fs::path path = out_path(options, found);
  if (found.needs_folder && !same_folder(path.parent_path(), found.folder)) {
    return usage_error(
        console, fmt::format("'{}' has to lie beside its program", path.string()),
        fmt::format("write it into '{}'", found.folder.empty() ? "." : found.folder));
  }
  std::error_code ignored;
  if (options.out.empty() && fs::exists(path, ignored)) {
    return usage_error(console, fmt::format("'{}' is there already", path.string()),
                       "say with -o where to write");
  }
  if (const auto error = write_text_file(found.scenario, path.string())) {
    console.err << to_text(*error);
    return kUsageError;
  }
  for (const std::string& constraint : found.constraints) {
    console.out << fmt::format("order     {}\n", constraint);
  }
  console.out << fmt::format("law       {}\n", found.law)
              << fmt::format(
                     "checked   on {}: all {} executions tried in this order broke it ({} random, "
                     "{} depth-first{})\n",
                     schedule.target.empty() ? schedule.scenario : schedule.target,
                     with_thousands(found.random_executions + found.search_executions),
                     with_thousands(found.random_executions),
                     with_thousands(found.search_executions),
                     found.complete ? " within 2 preemptions, which are all" : "")
              << fmt::format("learnt    from {} executions\n", with_thousands(found.samples))
              << fmt::format("written   {}\n", path.string());
  return 0;
}

int generalise(const GeneraliseOptions& options, const Engine& engine, Console& console) {
  const auto read = read_schedule(options.file);
  if (const auto* error = std::get_if<Diagnostic>(&read)) {
    console.err << to_text(*error);
    return kUsageError;
  }
  const auto& schedule = std::get<Schedule>(read);
  GeneraliseRequest wanted;
  wanted.schedule = schedule;
  wanted.samples = options.samples;
  OutputOnly observer(console);
  console.out.flush();
  console.err.flush();
  bool interrupted = false;
  const Generalised found = generalise_in_process(wanted, engine, {}, observer, &interrupted);
  if (interrupted) return kInterrupted;
  if (!found.fault.empty()) {
    console.err << "onhook: " << found.fault << '\n';
    return kHarnessFault;
  }
  if (found.scenario.empty()) {
    console.err << "onhook: not generalised: " << found.failure << '\n';
    return 1;
  }
  return write(options, schedule, found, console);
}

}  // namespace

Verb add_generalise(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("generalise", kHelp);
  auto options = std::make_shared<GeneraliseOptions>();
  verb->add_option("FILE", options->file, "a schedule (.sched)")->required();
  verb->add_option("-o,--out", options->out,
                   "the scenario to write. Default: the schedule's name with .scn; for a C program "
                   "beside it");
  verb->add_option("--samples", options->samples, "executions to learn from")
      ->check(CLI::Range(10, 1'000'000))
      ->capture_default_str();
  add_no_sandbox(*verb);
  return {verb, [options](const Engine& engine, Console& console) {
            return generalise(*options, engine, console);
          }};
}

}  // namespace onhook::cli
