// SPDX-License-Identifier: GPL-3.0-or-later
// onhook-asan: a schedule under the real AddressSanitizer, and its errors beside what onhook's own
// judges say (ASAN.md).
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

#include "harness/asan/asan_judge.h"
#include "harness/asan/compare.h"
#include "harness/asan/play.h"
#include "harness/explore/cell.h"
#include "harness/explore/execution.h"
#include "harness/explore/prepared_replay.h"
#include "harness/host/instrumentation.h"
#include "harness/host/process_image.h"
#include "harness/host/world_memory.h"
#include "harness/strategy/replay.h"

namespace onhook {
namespace {

constexpr const char* kHelp =
    "Plays a schedule with code that is compiled for AddressSanitizer, under its real runtime, "
    "and\n"
    "prints its errors and what onhook's own judges say of the same execution; with --compare,\n"
    "error by error beside what onhook's judge of memory says of the same access.\n\n"
    "  onhook-asan onhook-out/use_after_free.sched\n"
    "  onhook-asan scenarios/hangup/client_keeps_pc.scn --target 1.4.1 --executions 10 --compare";

constexpr const char* kExitCodes =
    "Exit codes: 0 no error of AddressSanitizer's; with --compare: no difference without an\n"
    "explanation. 1 otherwise. 2 usage or file error, 3 it could not be played as the schedule "
    "says.";

constexpr int kUsageError = 2;
constexpr int kFault = 3;

int fault(std::string_view why) {
  std::cerr << "onhook-asan: " << why << '\n';
  return kFault;
}

std::string in_words(const Violation& violation) {
  std::string text = fmt::format("{}: {}\n", violation.law, violation.message);
  if (!violation.judgement) return text;
  const auto add = [&](const char* heading, const JudgedDeed& deed) {
    text += fmt::format("    {}{} {}\n", heading, deed.at.thread, deed.at.what);
    for (const StackFrame& frame : deed.at.stack) {
      text += fmt::format("        {}() {}\n", frame.function, frame.place);
    }
  };
  for (const JudgedDeed& deed : violation.judgement->deeds) add("", deed);
  if (violation.judgement->allocated) add("allocated: ", *violation.judgement->allocated);
  if (violation.judgement->freed) add("freed: ", *violation.judgement->freed);
  if (!violation.judgement->object.empty())
    text += "    object: " + violation.judgement->object + '\n';
  return text;
}

int play(const Schedule& schedule, bool text) {
  if (const std::string why = refusal_of(schedule); !why.empty()) return fault(why);
  AsanJudge::set_output(text);
  WorldMemory::use_stacks_once();
  CellParts parts = parts_of(schedule, "all");
  parts.target_hash.clear();  // the code is compiled in another way
  parts.one_more_judge = [](Scene& scene) { return std::make_unique<AsanJudge>(scene); };
  const PreparedCell prepared = prepare_cell(parts);
  if (prepared.violation) return fault(prepared.violation->message);
  if (!prepared.fault.empty()) return fault(prepared.fault);
  Cell& cell = *prepared.cell;
  std::string error;
  const auto order = order_named(schedule.order, cell.scenario, error);
  if (!order) return fault(error);
  Executor executor(*cell.world, cell.scenario);
  executor.set_judges(*cell.judges, *cell.findings);
  if (!order->events.empty()) executor.set_order(*order);
  ReplayPlan plan(schedule.choices);
  const Outcome outcome = executor.run(plan);
  if (outcome.harness_fault) return fault("not modelled: " + outcome.ending.why);
  if (const std::string why = difference_from(schedule, plan, outcome); !why.empty()) {
    return fault(why);
  }
  std::size_t errors = 0;
  std::size_t ours = 0;
  if (outcome.violation) std::cout << in_words(*outcome.violation);
  for (const Finding& finding : cell.judges->findings()) {
    // onhook-tsan is for those.
    if (finding.law == "RACE") continue;
    for (const Violation& named : cell.findings->violations({finding}, cell.world->trace())) {
      std::cout << in_words(named);
    }
    ++(finding.law == "ASAN" ? errors : ours);
  }
  std::cout << fmt::format("AddressSanitizer: {} errors; onhook: {} findings{}\n", errors, ours,
                           outcome.violation ? ", a violation" : "");
  std::cout.flush();
  ::_exit(errors == 0 ? 0 : 1);  // the world is not taken apart
}

struct Options {
  std::string file;
  std::string target;
  std::uint64_t executions = 0;
  std::uint64_t seed = 1;
  bool compare = false;
  std::string known;
  bool text = false;
};

int usage_error(const std::string& message) {
  std::cerr << "onhook-asan: error: " << message << '\n';
  return kUsageError;
}

int run_compared(const Options& options, PlayRequest request) {
  ComparedPlays comparison;
  if (!options.known.empty()) {
    auto read = read_explained_differences(options.known);
    if (const auto* error = std::get_if<Diagnostic>(&read)) return usage_error(to_text(*error));
    comparison.known = std::get<0>(std::move(read));
  }
  if (request.sample) comparison.executions = std::max<std::uint64_t>(options.executions, 1);
  comparison.request = std::move(request);
  if (options.text) comparison.text = RuntimeText::shown;
  switch (compare(comparison, std::cout, std::cerr)) {
    case Compared::alike:
      return 0;
    case Compared::different:
      return 1;
    case Compared::not_played:
      return kFault;
  }
  return kFault;
}

int run(const Options& options) {
  PlayRequest request;
  request.sample = !options.file.ends_with(".sched");
  if (request.sample) {
    if (!options.compare) return usage_error("without --compare it has to be a schedule (.sched)");
    request.schedule.scenario = options.file;
    request.schedule.target = options.target;
    request.schedule.seed = options.seed;
    request.sample_seed = options.seed;
  } else {
    auto read = read_schedule(options.file);
    if (const auto* wrong = std::get_if<Diagnostic>(&read)) {
      std::cerr << to_text(*wrong);
      return kUsageError;
    }
    request.schedule = std::get<Schedule>(std::move(read));
  }
  g_instrumentation = Instrumentation::address;
  return options.compare ? run_compared(options, std::move(request))
                         : play(request.schedule, options.text);
}

}  // namespace
}  // namespace onhook

int main(int argc, char** argv) {
  using namespace onhook;
  fix_process_image(argv);
  CLI::App app(kHelp, "onhook-asan");
  app.footer(kExitCodes);
  Options options;
  app.add_option("FILE", options.file,
                 "a schedule (.sched); with --compare also a scenario or C program to sample")
      ->required();
  CLI::Option* compare =
      app.add_flag("--compare", options.compare, "with what onhook's own judge of memory says");
  app.add_option("--target", options.target, "to sample a scenario: the plugin")->needs(compare);
  app.add_option("--executions", options.executions, "to sample: how many, each a process")
      ->needs(compare);
  app.add_option("--seed", options.seed, "to sample: of the first")->needs(compare);
  app.add_option("--known", options.known, "differences that are known, with their reasons")
      ->needs(compare);
  app.add_flag("--text", options.text, "and what the runtime prints itself, to standard error");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageError;
  }
  return run(options);
}
