// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "harness/base/text_file.h"
#include "harness/cli/budget.h"
#include "harness/cli/campaign.h"
#include "harness/cli/command.h"
#include "harness/cli/judging.h"
#include "harness/cli/plan.h"
#include "harness/cli/revisions.h"
#include "harness/cli/scenario_files.h"
#include "harness/cli/spread.h"
#include "harness/report/json.h"
#include "harness/report/junit.h"
#include "harness/report/ladder.h"
#include "harness/report/ledger.h"
#include "harness/report/results.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Explores scenarios and says whether their laws hold.\n\n"
    "A PATH is a scenario (.scn) or a folder of them. Each scenario runs on each target in a\n"
    "process of its own. A violated law is printed as a ladder, and its schedule is kept as a\n"
    ".sched file; the last line is the command that plays it again.\n\n"
    "With --bisect it is a judge for git: 0 good, 1 bad, 125 what cannot be judged, 129 what is "
    "wrong\nwith the command.\n\n"
    "  onhook run scenarios/hangup --target stable --budget seconds=60\n"
    "  git bisect run onhook run scenarios/hangup --target-repo .@HEAD --bisect\n"
    "  onhook run scenarios --ledger ci/expectations.json --json results.json --jobs 2";

// Enough for the orders of a small scenario, a few seconds of time.
constexpr std::uint64_t kDefaultExecutions = 10'000;

struct RunOptions {
  std::vector<std::string> paths;
  std::vector<std::string> targets;
  std::string strategy;
  std::uint64_t seed = 1;
  std::vector<std::string> budgets;
  ExecutionBounds bounds;
  int jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  std::string json;
  std::string junit;
  std::string ledger;
  std::string out_folder = "onhook-out";
  std::string traces;
  std::vector<std::string> order;
  JudgingOptions judging;
  bool stop_at_first = false;
  bool all_ladders = false;
  SpreadOptions spread;
  std::vector<std::string> revisions;
  RevisionOptions revision;
  bool bisect = false;
};

class RunReporter : public CampaignObserver {
 public:
  RunReporter(const RunOptions& options, const CampaignPlan& plan, const Engine& engine,
              Console& console)
      : options_(options),
        plan_(plan),
        engine_(engine),
        console_(console),
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

  void on_result(const RunResult& result) override {
    if (engine_.was_built && result.executions > 0) engine_.was_built(result.target);
    if (!options_.all_ladders && is_expected(result)) return;
    line_.clear();
    LadderOptions ladder;
    ladder.style = console_.style;
    for (const Violation& violation : result.violations) {
      console_.out << violation_report(result, violation, violation.schedule, ladder) << '\n';
    }
    console_.out << order_list(result, console_.style) << std::flush;
  }

  void print_summary(const CampaignResult& campaign) {
    line_.clear();
    if (campaign.end == CampaignEnd::interrupted) {
      console_.out << fmt::format("interrupted: {} of {} cells were begun\n",
                                  campaign.results.size(), plan_.cells.size());
    }
    console_.out << results_table(campaign.results, console_.style);
    if (!options_.ledger.empty()) {
      console_.out << ledger_report(compare(plan_.expected, campaign.results, engine_.aliases()),
                                    console_.style);
    }
    for (const RunResult& result : campaign.results) {
      if (result.schedule.empty() || is_expected(result)) continue;
      console_.out << '\n' << replay_command(result.schedule) << '\n';
      break;
    }
  }

 private:
  bool is_expected(const RunResult& result) const {
    if (options_.ledger.empty()) return result.verdict == Verdict::holds;
    const auto rows = compare(plan_.expected, {result}, engine_.aliases());
    return !rows.empty() && rows.front().comparison == Comparison::as_expected;
  }

  const RunOptions& options_;
  const CampaignPlan& plan_;
  const Engine& engine_;
  Console& console_;
  ProgressLine line_;
};

int file_error(const Diagnostic& error, Console& console) {
  console.err << to_text(error);
  return kUsageError;
}

int run(RunOptions options, const Engine& engine, Console& console) {
  CellRequest common;
  CampaignOptions campaign_options;
  campaign_options.jobs = options.jobs;
  if (options.bisect) {
    if (!options.ledger.empty() || !options.spread.shard.empty() ||
        !options.spread.resume.empty()) {
      return usage_error(console,
                         "--bisect wants the verdict, and all of it: not with --ledger, "
                         "--shard or --resume");
    }
    options.stop_at_first = true;
  }
  const auto fixed = fixed_revisions(options.revisions);
  if (const auto* error = std::get_if<std::string>(&fixed)) return usage_error(console, *error);
  const auto& names = std::get<std::vector<std::string>>(fixed);
  options.targets.insert(options.targets.end(), names.begin(), names.end());
  common.strategy = options.strategy;
  common.seed = options.seed;
  common.out_folder = options.out_folder;
  common.traces_folder = options.traces;
  if (!options.traces.empty() && !options.spread.resume.empty())
    return usage_error(console, "--traces begins anew: not with --resume");
  common.stop_at_first = options.stop_at_first;
  common.only_order = options.order;
  if (const int wrong = read_budgets(options.budgets, kDefaultExecutions, common, console)) {
    return wrong;
  }
  if (const int wrong = read_judging(options.judging, common, console)) return wrong;
  if (const int wrong =
          read_revision_options(options.revision, common, campaign_options, console)) {
    return wrong;
  }
  common.bounds = options.bounds;
  if (const int wrong = read_spread(options.spread, common, console)) return wrong;

  const auto loaded = load_scenario_files(options.paths);
  if (const auto* errors = std::get_if<std::vector<Diagnostic>>(&loaded)) {
    for (const Diagnostic& error : *errors) file_error(error, console);
    return kUsageError;
  }
  const auto& files = std::get<std::vector<ScenarioFile>>(loaded);
  std::optional<Ledger> ledger;
  if (!options.ledger.empty()) {
    auto read = read_ledger(options.ledger);
    if (const auto* error = std::get_if<Diagnostic>(&read)) return file_error(*error, console);
    ledger = std::move(std::get<Ledger>(read));
  }
  const auto needs_target = [](const ScenarioFile& f) { return f.subject == SubjectKind::plugin; };
  if (std::any_of(files.begin(), files.end(), needs_target)) {
    for (const std::string& target : options.targets) {
      const std::string error = engine.prepare_target(target);
      if (error.empty()) continue;
      usage_error(console, "there is no target '" + target + "'", error);
      return options.bisect ? kBisectSkips : kUsageError;
    }
  }
  CampaignPlan plan = plan_campaign(files, options.targets, ledger, engine.aliases(), common);
  if (options.all_ladders) {
    for (CellRequest& cell : plan.cells) cell.unexplained_law.reset();
  }

  RunReporter reporter(options, plan, engine, console);
  console.out.flush();
  console.err.flush();
  const auto ran = run_spread(plan.cells, engine, campaign_options, options.spread, reporter);
  if (const auto* error = std::get_if<Diagnostic>(&ran)) return file_error(*error, console);
  const CampaignResult& campaign = std::get<CampaignResult>(ran);
  reporter.print_summary(campaign);
  console.err << unused_suppressions(common, campaign.results);

  if (!options.json.empty()) {
    const std::string json = results_json(campaign.results, campaign.end);
    if (const auto error = write_text_file(json, options.json)) return file_error(*error, console);
  }
  std::vector<LedgerRow> rows;
  if (ledger) rows = compare(plan.expected, campaign.results, engine.aliases());
  if (!options.junit.empty()) {
    const std::string xml = results_junit(campaign.results, rows);
    if (const auto error = write_text_file(xml, options.junit)) return file_error(*error, console);
  }
  if (campaign.end == CampaignEnd::interrupted) return kInterrupted;
  if (options.bisect) return bisect_code(campaign.results);
  if (!ledger) return exit_code_of_part(options.spread, campaign.results);
  return all_as_expected(rows) ? 0 : 1;
}

}  // namespace

Verb add_run(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("run", kHelp);
  auto options = std::make_shared<RunOptions>();
  verb->add_option("PATH", options->paths, "scenarios, or folders of scenarios")->required();
  verb->add_option("--target,-t", options->targets,
                   "a plugin to test (repeat for several); see 'onhook targets'. Default: what the "
                   "ledger lists, else stable")
      ->allow_extra_args(false);
  verb->add_option("--strategy", options->strategy,
                   "how to choose what runs next: classes, dfs[:PREEMPTIONS], dpor, frontier, "
                   "pct[:DEPTH[:N]], pos, random, "
                   "rff, stale or surw, each with [:N] executions; one after the other with commas "
                   "between, in turns with + between");
  verb->add_option("--seed", options->seed, "where random choices come from")
      ->capture_default_str();
  verb->add_option("--budget", options->budgets,
                   "executions=N or seconds=N for each cell; both: whichever ends first. Default: "
                   "executions=10000")
      ->allow_extra_args(false);
  add_bound_options(*verb, options->bounds);
  verb->add_option("--jobs,-j", options->jobs,
                   "processes at a time; more than one for a cell when there are fewer cells")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  verb->add_option("--json", options->json, "write the results here (harness/report/JSON.md)");
  verb->add_option("--junit", options->junit,
                   "write the results here as JUnit XML, for CI servers");
  verb->add_option("--ledger", options->ledger,
                   "what is expected of which target; anything else is an error");
  verb->add_option("--out", options->out_folder, "folder for .sched files")->capture_default_str();
  verb->add_option("--traces", options->traces,
                   "folder for traces: of each order, one execution of each look from outside, as "
                   "'onhook likeness' compares them");
  verb->add_option("--order", options->order, "explore only this order of events: a,b,c")
      ->delimiter(',')
      ->allow_extra_args(false);
  verb->add_option(
          "--target-repo", options->revisions,
          "a plugin to test: CLONE@REVISION of a git clone, +VARIANT after it for a change "
          "put on; nothing is written into the clone")
      ->allow_extra_args(false);
  add_judging_options(*verb, options->judging);
  add_revision_options(*verb, options->revision);
  add_spread_options(*verb, options->spread);
  verb->add_flag("--stop-at-first", options->stop_at_first, "end a cell with its first violation");
  verb->add_flag("--bisect", options->bisect,
                 "exit as `git bisect run` wants it; stops at the first violation");
  verb->add_flag("--all-ladders", options->all_ladders,
                 "print violations that the ledger expects, too");
  return {verb, [options](const Engine& engine, Console& console) {
            return run(*options, engine, console);
          }};
}

}  // namespace onhook::cli
