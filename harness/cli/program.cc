// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "harness/base/text_file.h"
#include "harness/cli/budget.h"
#include "harness/cli/campaign.h"
#include "harness/cli/command.h"
#include "harness/cli/judging.h"
#include "harness/cli/scenario_files.h"
#include "harness/report/json.h"
#include "harness/report/ladder.h"
#include "harness/report/results.h"
#include "harness/report/text.h"
#include "harness/scenario/program_scenario.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Explores the orders in which the threads of a C program can run.\n\n"
    "FILE.c uses pthread, C11 atomics or GLib. It is compiled instrumented; a failing assertion, "
    "a\n"
    "crash, a deadlock, an endless loop and a main() that returns other than 0 are violations. "
    "The\n"
    "first of each is printed as a ladder and kept as a .sched file; the last line is the command\n"
    "that plays it again. Locks, conditions, atomics, starts and ends of threads are always\n"
    "scheduling points; --points says which plain accesses to memory are.\n\n"
    "  onhook program counter.c -DTHREADS=3\n"
    "  onhook program queue.c --points all --strategy dfs --args 4 fast";

// Seconds rather than minutes for a small program.
constexpr std::uint64_t kDefaultExecutions = 1'000'000;

struct ProgramOptions {
  std::string file;
  std::vector<std::string> defines;
  std::vector<std::string> args;
  std::string strategy;
  std::uint64_t seed = 1;
  std::vector<std::string> budgets;
  ExecutionBounds bounds;
  std::string points = "racing";
  std::string json;
  std::string out_folder = "onhook-out";
  JudgingOptions judging;
  bool stop_at_first = false;
};

class ProgramReporter : public CampaignObserver {
 public:
  explicit ProgramReporter(Console& console)
      : console_(console),
        line_(console.live ? ProgressLine::Write([this](std::string_view bytes) {
                console_.err << bytes << std::flush;
              })
                           : ProgressLine::Write(),
              console.style) {}

  void on_progress(const CampaignProgress& progress) override { line_.show(progress); }
  void on_output(const CellRequest&, std::string_view text) override {
    line_.clear();
    console_.err << text << std::flush;
  }
  void on_result(const RunResult&) override { line_.clear(); }

 private:
  Console& console_;
  ProgressLine line_;
};

/// "readers.c -DN=2 fast": what was run, as a row's name.
std::string title_of(const CellRequest& cell) {
  std::string title = cell.scenario_path;
  for (const auto* words : {&cell.defines, &cell.args}) {
    for (const std::string& word : *words) title += " " + word;
  }
  return title;
}

/// "holds: 8,192 executions, complete, in 0.31 s: 26,425 a second". The rate is that of the whole
/// command, compiling apart.
std::string summary_of(const RunResult& result) {
  const double rate =
      result.seconds > 0 ? static_cast<double>(result.executions) / result.seconds : 0;
  std::string explored = result.complete ? "complete" : "bounded";
  if (!result.complete && !result.bound.empty()) explored += " by " + one_line(result.bound);
  if (const std::string met = bounds_text(result); !met.empty()) explored += " (" + met + ")";
  return fmt::format("{}: {} executions, {}, in {:.3f} s: {} a second\n", to_string(result.verdict),
                     with_thousands(result.executions), explored, result.seconds,
                     with_thousands(static_cast<std::uint64_t>(rate)));
}

int explore_program(const ProgramOptions& options, const Engine& engine, Console& console) {
  if (!names_program(options.file)) {
    return usage_error(console, fmt::format("'{}' is no C file", options.file),
                       options.file.ends_with(".scn") ? "scenarios are for 'onhook run'" : "");
  }
  CellRequest cell;
  cell.scenario_path = options.file;
  cell.target = kProgramTarget;
  for (const std::string& define : options.defines) cell.defines.push_back("-D" + define);
  cell.args = options.args;
  cell.strategy = options.strategy;
  cell.seed = options.seed;
  cell.points = options.points == "all"    ? Points::all
                : options.points == "none" ? Points::none
                                           : Points::racing;
  cell.out_folder = options.out_folder;
  cell.stop_at_first = options.stop_at_first;
  if (const int wrong = read_budgets(options.budgets, kDefaultExecutions, cell, console)) {
    return wrong;
  }
  if (const int wrong = read_judging(options.judging, cell, console)) return wrong;
  cell.bounds = options.bounds;
  if (const std::string error = engine.program_error(cell); !error.empty()) {
    console.err << error << (error.ends_with('\n') ? "" : "\n");
    return usage_error(console, fmt::format("cannot compile {}", title_of(cell)));
  }
  ProgramReporter reporter(console);
  console.out.flush();
  console.err.flush();
  const CampaignResult campaign = run_campaign({cell}, engine.run_cell, {}, reporter);
  std::vector<RunResult> results = campaign.results;
  for (RunResult& result : results) {
    result.scenario = title_of(cell);
    LadderOptions ladder;
    ladder.style = console.style;
    for (const Violation& violation : result.violations) {
      console.out << violation_report(result, violation, violation.schedule, ladder) << '\n';
    }
  }
  console.out << results_table(results, console.style);
  for (const RunResult& result : results) {
    console.out << summary_of(result);
    if (!result.schedule.empty()) console.out << '\n' << replay_command(result.schedule) << '\n';
  }
  if (!options.json.empty()) {
    const std::string json = results_json(results, campaign.end);
    if (const auto error = write_text_file(json, options.json)) {
      console.err << to_text(*error);
      return kUsageError;
    }
  }
  return campaign.end == CampaignEnd::interrupted ? kInterrupted : exit_code_of(results);
}

}  // namespace

Verb add_program(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("program", kHelp);
  auto options = std::make_shared<ProgramOptions>();
  verb->add_option("FILE", options->file, "a C program (.c)")->required();
  verb->add_option("-D", options->defines, "NAME or NAME=VALUE, for the compiler")
      ->allow_extra_args(false);
  verb->add_option("--args", options->args,
                   "the program's own arguments: all words up to the next option")
      ->expected(0, -1);
  verb->add_option("--strategy", options->strategy,
                   "how to choose what runs next; see 'onhook run --help'");
  verb->add_option("--seed", options->seed, "where random choices come from")
      ->capture_default_str();
  verb->add_option("--budget", options->budgets,
                   "executions=N or seconds=N; both: whichever ends first. Default: "
                   "executions=1000000")
      ->allow_extra_args(false);
  add_bound_options(*verb, options->bounds);
  verb->add_option("--points", options->points,
                   "which plain accesses are scheduling points: those that partial-order reduction "
                   "(dpor) finds racing, all, or none")
      ->check(CLI::IsMember({"racing", "all", "none"}))
      ->capture_default_str();
  verb->add_option("--json", options->json, "write the result here (harness/report/JSON.md)");
  verb->add_option("--out", options->out_folder, "folder for .sched files")->capture_default_str();
  add_judging_options(*verb, options->judging);
  verb->add_flag("--stop-at-first", options->stop_at_first, "end with the first violation");
  return {verb, [options](const Engine& engine, Console& console) {
            return explore_program(*options, engine, console);
          }};
}

}  // namespace onhook::cli
