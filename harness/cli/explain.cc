// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <array>

#include "harness/base/diagnostic.h"
#include "harness/cli/command.h"
#include "harness/scenario/names.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Explains a word that onhook uses, or a general law. Without a TOPIC: lists them.\n\n"
    "  onhook explain verdicts\n"
    "  onhook explain PC-CLOSE";

struct Topic {
  std::string_view name;
  std::string_view text;
};

constexpr std::array<Topic, 5> kTopics = {{
    {"verdicts",
     "What a run of a scenario on a target says:\n"
     "  holds          every execution that was tried obeyed every law and reached the events\n"
     "  violated       some execution broke a law; a crash, a deadlock and an endless loop count\n"
     "  vacuous        the events were never reached: nothing is proven, and that is red\n"
     "  infeasible     none of the orders that were asked for can happen: red\n"
     "  harness_fault  onhook is wrong, something is not modelled, or a replay did not repeat\n"
     "'complete' stands beside a verdict only when there is provably nothing left to explore.\n"},
    {"orders",
     "A scenario names events and the orders they are to be forced into. Of each order is said:\n"
     "  holds        it was forced, and no law broke\n"
     "  violated     a law broke in it\n"
     "  infeasible   its search ended without one execution of it; why is printed\n"
     "  not reached  the budget ended first; never counted as passed\n"
     "'onhook run PATH --order a,b,c' explores one of them alone.\n"},
    {"exit-codes",
     "  0    all as expected\n"
     "  1    violated; with --ledger: something is not as the ledger says\n"
     "  2    usage or file error\n"
     "  3    harness fault, or a replay that did not repeat\n"
     "  4    vacuous or infeasible\n"
     "  130  interrupted; what was found so far is printed and kept in the JSON file\n"},
    {"schedules",
     "A .sched file holds every choice of one execution: which thread went on, which latency was\n"
     "taken. It replays for ever on the same plugin object, fact by fact; a difference is shown "
     "at\n"
     "the first step that differs. The files are text: read them, diff them, commit them.\n"
     "The format is described in harness/trace/schedule_format.md.\n"},
    {"ledger",
     "A JSON file that says which scenario is expected to hold or to be violated on which target.\n"
     "Surprises are red in both directions: an unexpected failure, and an unexpected pass, "
     "because\n"
     "then either the bug or the test is gone. So is a result that the ledger does not list, and "
     "an\n"
     "expectation without a result.\n"},
}};

int explain(const std::string& name, Console& console) {
  if (name.empty()) {
    console.out << "topics:\n";
    for (const Topic& topic : kTopics) console.out << "  " << topic.name << '\n';
    console.out << "general laws:\n";
    for (const names::GeneralLaw& law : names::general_laws()) {
      console.out << fmt::format("  {:<12} {}\n", law.name, law.doc);
    }
    return 0;
  }
  std::vector<std::string_view> names;
  for (const Topic& topic : kTopics) {
    if (topic.name == name) {
      console.out << topic.text;
      return 0;
    }
    names.push_back(topic.name);
  }
  for (const names::GeneralLaw& law : names::general_laws()) {
    if (law.name == name) {
      console.out << law.doc << '\n' << law.says;
      return 0;
    }
    names.push_back(law.name);
  }
  const std::string_view near = closest_word(name, names);
  return usage_error(console, fmt::format("there is no topic '{}'", name),
                     near.empty() ? "run 'onhook explain' for the topics"
                                  : fmt::format("did you mean '{}'?", near));
}

}  // namespace

Verb add_explain(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("explain", kHelp);
  auto topic = std::make_shared<std::string>();
  verb->add_option("TOPIC", *topic, "what to explain");
  return {verb, [topic](const Engine&, Console& console) { return explain(*topic, console); }};
}

}  // namespace onhook::cli
