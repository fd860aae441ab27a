// SPDX-License-Identifier: GPL-3.0-or-later
// onhook-asan: a schedule under the real AddressSanitizer, and its errors beside what onhook's own
// judges say (ASAN.md).
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string_view>
#include <variant>

#include "harness/asan/asan_judge.h"
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
    "prints its errors and what onhook's own judges say of the same execution.\n\n"
    "  onhook-asan onhook-out/use_after_free.sched";

constexpr const char* kExitCodes =
    "Exit codes: 0 no error of AddressSanitizer's, 1 some, 2 usage or file error, 3 it could not\n"
    "be played as the schedule says.";

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

/// "" or how this execution is not the schedule's. Its facts may differ: fields that the scenario
/// watches are looked at where accesses are calls, and those are not the same here. A judge may end
/// it early.
std::string difference_from(const Schedule& schedule, const ReplayPlan& plan,
                            const Outcome& outcome) {
  if (outcome.ending.end == End::judged) return plan.divergence();
  return divergence_of(schedule, plan, outcome);
}

int play(const Schedule& schedule) {
  if (!schedule.points.empty()) {
    return fault("the schedule has plain accesses as steps, by their places in another object");
  }
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

int run(const std::string& file, bool text) {
  const auto read = read_schedule(file);
  if (const auto* wrong = std::get_if<Diagnostic>(&read)) {
    std::cerr << to_text(*wrong);
    return kUsageError;
  }
  AsanJudge::set_output(text);
  g_instrumentation = Instrumentation::address;
  return play(std::get<Schedule>(read));
}

}  // namespace
}  // namespace onhook

int main(int argc, char** argv) {
  using namespace onhook;
  fix_process_image(argv);
  CLI::App app(kHelp, "onhook-asan");
  app.footer(kExitCodes);
  std::string file;
  bool text = false;
  app.add_option("FILE", file, "a schedule (.sched)")->required();
  app.add_flag("--text", text, "and what the runtime prints itself, to standard error");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageError;
  }
  return run(file, text);
}
