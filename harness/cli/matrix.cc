// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <thread>

#include "harness/base/text_file.h"
#include "harness/cli/budget.h"
#include "harness/cli/command.h"
#include "harness/cli/judging.h"
#include "harness/cli/matrix/page.h"
#include "harness/cli/revisions.h"
#include "harness/cli/scenario_files.h"
#include "harness/cli/spread.h"
#include "harness/host/confinement.h"
#include "harness/report/text.h"

namespace onhook::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHelp =
    "Runs scenarios over the history of a git clone of Janus and draws it as one HTML page.\n\n"
    "Commits down, scenarios across: where each law broke and was mended, with the ladder and the\n"
    "schedule of every failing cell. Commits that change neither what the plugin is built from "
    "nor\n"
    "how its core behaves share a row with the one before. Nothing is written into the clone.\n"
    "Why a cell fails is not looked for: 'onhook show' of its schedule does that.\n\n"
    "Results are kept in OUT/matrix.db as they come: a matrix that was killed goes on where it\n"
    "stood, and nothing is computed twice. The page is OUT/matrix.html.\n\n"
    "Exit code 0: every cell is known. 2: wrong usage. 3: some are not, because a process died of\n"
    "what may not come again. 130: interrupted. The page shows what is known.\n\n"
    "  onhook matrix --repo janus --since v1.0.0 scenarios/hangup scenarios/decline\n"
    "  onhook matrix --repo janus --every-tag scenarios --budget executions=1000";

constexpr std::uint64_t kDefaultExecutions = 200;

struct MatrixOptions {
  std::vector<std::string> paths;
  std::string repo;
  std::string since;
  std::string until = "HEAD";
  bool every_tag = false;
  bool every_commit = false;
  std::string variant;
  std::string strategy;
  std::uint64_t seed = 1;
  std::vector<std::string> budgets;
  int jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  std::string out_folder = "onhook-out";
  JudgingOptions judging;
  RevisionOptions revision;
};

class MatrixReporter : public MatrixObserver {
 public:
  explicit MatrixReporter(Console& console)
      : console_(console),
        line_(console.live ? ProgressLine::Write([&console](std::string_view bytes) {
                console.err << bytes << std::flush;
              })
                           : ProgressLine::Write(),
              console.style) {}
  void on_progress(const CampaignProgress& progress) override { line_.show(progress); }
  void on_output(std::string_view text) override {
    line_.clear();
    console_.err << text << std::flush;
  }
  void clear() { line_.clear(); }

 private:
  Console& console_;
  ProgressLine line_;
};

/// The scenarios about the plugin; those that bring a program have no history in a clone.
std::variant<std::vector<std::string>, std::string> plugin_scenarios(const MatrixOptions& options) {
  const auto loaded = load_scenario_files(options.paths);
  if (const auto* errors = std::get_if<std::vector<Diagnostic>>(&loaded)) {
    std::string text;
    for (const Diagnostic& error : *errors) text += to_text(error);
    return text;
  }
  std::vector<std::string> paths;
  for (const ScenarioFile& file : std::get<std::vector<ScenarioFile>>(loaded)) {
    if (file.subject == SubjectKind::plugin) paths.push_back(file.path);
  }
  if (paths.empty()) return "onhook: error: none of these scenarios is about the plugin\n";
  return paths;
}

int read_range(const MatrixOptions& options, const GitClone& clone, MatrixRange& range,
               Console& console) {
  for (const auto& [name, id] :
       {std::pair(&options.since, &range.since), std::pair(&options.until, &range.until)}) {
    if (name->empty()) continue;
    const auto commit = clone.commit_named(*name);
    if (!commit) {
      return usage_error(console, fmt::format("'{}' names no commit of {}", *name, options.repo));
    }
    *id = *commit;
  }
  range.variant = options.variant;
  range.only_tags = options.every_tag;
  return 0;
}

int read_request(const MatrixOptions& options, MatrixRequest& request, Console& console) {
  request.variant = options.variant;
  request.campaign.jobs = options.jobs;
  request.cell.strategy = options.strategy;
  request.cell.seed = options.seed;
  request.cell.out_folder = (fs::path(options.out_folder) / "schedules").string();
  if (const int wrong = read_budgets(options.budgets, kDefaultExecutions, request.cell, console)) {
    return wrong;
  }
  if (const int wrong = read_judging(options.judging, request.cell, console)) return wrong;
  if (!options.judging.suppressions.empty()) {
    auto text = read_text_file(options.judging.suppressions);
    if (auto* found = std::get_if<std::string>(&text)) request.suppressions = std::move(*found);
  }
  if (const int wrong =
          read_revision_options(options.revision, request.cell, request.campaign, console)) {
    return wrong;
  }
  request.cell.search = search_of(request.cell);
  request.cell.unexplained_law = "";  // a replay of the cell's schedule explains
  if (const std::string why = why_no_confinement(); g_confines_revisions && !why.empty()) {
    return usage_error(console, "code of commits cannot be confined here: " + why,
                       "--no-sandbox runs it all the same");
  }
  return 0;
}

MatrixPage page_of(const MatrixOptions& options, const MatrixRun& run, const MatrixRequest& request,
                   MatrixRows rows, const MatrixFigures& figures, const GitClone& clone) {
  MatrixPage page;
  fs::path folder = clone.folder();
  if (folder.filename() == ".git") folder = folder.parent_path();
  page.clone = folder.filename().string();
  page.range = options.since.empty() ? "up to " + options.until
                                     : fmt::format("{} to {}", options.since, options.until);
  if (!options.variant.empty()) page.range += " with " + options.variant;
  page.search = request.cell.search;
  page.scenarios = request.scenarios;
  for (const MatrixRow& row : rows.rows) {
    auto& cells = page.cells.emplace_back();
    for (const std::string& scenario : request.scenarios) {
      cells.push_back(run.cell_of(row, scenario));
    }
  }
  page.rows = std::move(rows);
  page.figures = figures;
  return page;
}

int matrix(const MatrixOptions& options, const Engine& engine, Console& console) {
  MatrixRequest request;
  if (const int wrong = read_request(options, request, console)) return wrong;
  auto scenarios = plugin_scenarios(options);
  if (const auto* error = std::get_if<std::string>(&scenarios)) {
    console.err << *error;
    return kUsageError;
  }
  request.scenarios = std::move(std::get<std::vector<std::string>>(scenarios));
  auto opened = RevisionTargets::open(options.repo);
  if (const auto* error = std::get_if<std::string>(&opened)) return usage_error(console, *error);
  RevisionTargets& targets = *std::get<std::unique_ptr<RevisionTargets>>(opened);
  MatrixRange range;
  if (const int wrong = read_range(options, targets.clone(), range, console)) return wrong;
  auto found = rows_of(targets, range);
  if (const auto* error = std::get_if<std::string>(&found)) return usage_error(console, *error);
  MatrixRows& rows = std::get<MatrixRows>(found);

  std::error_code error;
  fs::create_directories(request.cell.out_folder, error);
  const std::string file = (fs::path(options.out_folder) / "matrix.db").string();
  const MatrixClaims claims(file + "-claims");
  // A new database waits for nobody while it becomes one with a write-ahead log.
  claims.claim("the store", MatrixClaims::IfTaken::wait);
  auto store = MatrixStore::open(file);
  claims.give_back("the store");
  if (const auto* why = std::get_if<std::string>(&store)) return usage_error(console, *why);

  console.out << fmt::format("{} commits, {} rows, {} scenarios\n", with_thousands(rows.commits),
                             with_thousands(rows.rows.size()), request.scenarios.size())
              << std::flush;
  MatrixReporter reporter(console);
  MatrixRun run(targets, engine, std::get<MatrixStore>(store), claims, request, reporter);
  const MatrixFigures figures = run.run(rows);
  reporter.clear();
  if (!figures.error.empty()) return usage_error(console, file + ": " + figures.error);
  const MatrixPage page = page_of(options, run, request, std::move(rows), figures, targets.clone());
  console.out << '\n' << changes_text(page) << '\n';
  console.out << fmt::format(
      "{} cells of {} plugins: {} computed, {} known before, {} left\n"
      "{}, of which {} exploring; {} plugins built or tried\n",
      with_thousands(figures.cells), figures.plugins, with_thousands(figures.computed),
      with_thousands(figures.cells - figures.computed - figures.left), figures.left,
      seconds_text(figures.seconds), seconds_text(figures.exploring), figures.built);
  const std::string html = (fs::path(options.out_folder) / "matrix.html").string();
  if (const auto wrong = write_text_file(html_of(page), html)) {
    console.err << to_text(*wrong);
    return kUsageError;
  }
  console.out << html << '\n';
  if (figures.interrupted) return kInterrupted;
  if (figures.left == 0) return 0;
  console.err << "onhook: some cells are not known: a process died of what may not come again; run "
                 "this once more\n";
  return kHarnessFault;
}

}  // namespace

Verb add_matrix(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("matrix", kHelp);
  auto options = std::make_shared<MatrixOptions>();
  verb->add_option("SCENARIO", options->paths, "scenarios, or folders of scenarios")->required();
  verb->add_option("--repo", options->repo, "a git clone of Janus, with or without a working tree")
      ->required();
  verb->add_option("--since", options->since,
                   "the oldest commit. Default: the first one that has a SIP plugin");
  verb->add_option("--until", options->until, "the newest commit")->capture_default_str();
  CLI::Option* commits =
      verb->add_flag("--every-commit", options->every_commit,
                     "a row for each commit that changes what is built or how it is run (default)");
  verb->add_flag("--every-tag", options->every_tag, "a row for each tag")->excludes(commits);
  verb->add_option("--variant", options->variant,
                   "a change of scenarios/variants/ put on each commit");
  verb->add_option("--strategy", options->strategy, "as for run");
  verb->add_option("--seed", options->seed, "where random choices come from")
      ->capture_default_str();
  verb->add_option("--budget", options->budgets,
                   "executions=N or seconds=N for each cell. Default: executions=200")
      ->allow_extra_args(false);
  verb->add_option("--jobs,-j", options->jobs, "processes at a time, for running and for building")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  verb->add_option("--out", options->out_folder,
                   "folder for the database, the page and .sched files")
      ->capture_default_str();
  add_judging_options(*verb, options->judging);
  add_revision_options(*verb, options->revision);
  return {verb, [options](const Engine& engine, Console& console) {
            return matrix(*options, engine, console);
          }};
}

}  // namespace onhook::cli
