// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "harness/cli/bisecting.h"
#include "harness/cli/budget.h"
#include "harness/cli/command.h"
#include "harness/cli/judging.h"
#include "harness/cli/revisions.h"
#include "harness/cli/scenario_files.h"
#include "harness/host/confinement.h"
#include "harness/report/ladder.h"
#include "harness/report/text.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Finds the commit of a git clone of Janus at which a scenario's verdict changes.\n\n"
    "GOOD holds and BAD is violated; which of them comes first decides whether the commit that\n"
    "breaks it or the one that mends it is sought. Nothing is written into the clone. Only "
    "commits\n"
    "that change what the plugin is built from, or how its core behaves, are asked; what does not\n"
    "compile or cannot be judged is skipped, and said. The order that fails on BAD is generalised, "
    "so\n"
    "that it is tried first on every other commit.\n\n"
    "Exit code 0: found. 1: the verdict does not change, or only skipped commits are left. 2: "
    "wrong\n"
    "usage. 3: an end could not be judged.\n\n"
    "  onhook bisect --repo janus --good v1.2.0 --bad v1.2.4 scenarios/hangup\n"
    "  onhook bisect --repo janus --bad v1.2.4 --good v1.4.1 scenarios/hangup    # who mended it?";

constexpr std::uint64_t kDefaultExecutions = 10'000;
constexpr std::size_t kDigits = 12;

struct BisectOptions {
  std::vector<std::string> paths;
  std::string repo;
  std::string good;
  std::string bad;
  std::string variant;
  std::string law;
  std::string strategy;
  std::uint64_t seed = 1;
  std::vector<std::string> budgets;
  int jobs = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  std::string out_folder = "onhook-out";
  JudgingOptions judging;
  RevisionOptions revision;
  bool first_parent = false;
  bool no_speculation = false;
  bool times = false;
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string date_of(std::int64_t time) { return fmt::format("{:%Y-%m-%d}", fmt::gmtime(time)); }

/// Tells the search as it goes.
class BisectReporter : public BisectObserver {
 public:
  BisectReporter(const BisectOptions& options, GitClone& clone, Console& console)
      : options_(options), clone_(clone), console_(console) {}

  void on_range(std::size_t commits, std::size_t touching) override {
    console_.out << fmt::format("{} commits in between, {} change what is built or how it is run\n",
                                with_thousands(commits), with_thousands(touching))
                 << std::flush;
  }

  void on_verdict(const std::string& commit, const char* role,
                  const CommitVerdict& verdict) override {
    std::string says = "cannot be judged";
    if (verdict.says == CommitVerdict::Says::holds) says = "holds";
    if (verdict.says == CommitVerdict::Says::violated) says = "violated";
    const auto found = clone_.commit(commit);
    std::string name = role;
    if (name == "good") name += " " + options_.good;
    if (name == "bad") name += " " + options_.bad;
    console_.out << fmt::format(
        "  {:<14} {}  {:<16} {:5.1f} s  {} {}\n", name, commit.substr(0, kDigits), says,
        verdict.seconds, found ? date_of(found->time) : "", found ? one_line(found->subject) : "");
    if (verdict.says != CommitVerdict::Says::violated && !verdict.why.empty()) {
      console_.out << fmt::format("  {:<14} {}\n", "", one_line(first_line(verdict.why)));
    }
    console_.out << std::flush;
  }

  void on_note(const std::string& line) override {
    console_.out << "  " << line << '\n' << std::flush;
  }
  void on_output(std::string_view text) override { console_.err << text << std::flush; }

 private:
  const BisectOptions& options_;
  GitClone& clone_;
  Console& console_;
};

std::string times_of(const BisectTimes& t) {
  return fmt::format(
      "time      {:.1f} s reading the history, {:.1f} s waiting for plugins, {:.1f} s exploring\n"
      "          {} builds, {} of them given up; on all processors {:.1f} s for janus_sip.c,\n"
      "          {:.1f} s for Janus' other files, {:.1f} s for the adapter\n",
      t.history, t.waiting, t.exploring, t.built, t.given_up, t.plugin, t.helpers, t.adapter);
}

class Story {
 public:
  Story(const BisectResult& result, RevisionTargets& targets, const BisectOptions& options)
      : result_(result), targets_(targets), options_(options) {}

  std::string text() const {
    std::string out;
    if (result_.end == BisectResult::End::found) {
      out += fmt::format("{} is the first commit that {} it\n", result_.suspects.front(),
                         result_.is_break ? "breaks" : "mends");
      out += about(result_.suspects.front());
    } else {
      out += fmt::format("one of these {} commits {} it; the others could not be judged\n",
                         result_.suspects.size(), result_.is_break ? "breaks" : "mends");
      for (const std::string& suspect : result_.suspects) out += line(suspect);
    }
    out += fmt::format("law       {}\n", result_.law);
    for (const auto& [commit, why] : result_.skipped) {
      out +=
          fmt::format("skipped   {}  {}\n", commit.substr(0, kDigits), one_line(first_line(why)));
    }
    for (const std::string& commit : result_.changed_back) {
      out +=
          fmt::format("but       {}, before it, {} already: the verdict changed back in between\n",
                      commit.substr(0, kDigits), result_.is_break ? "is violated" : "holds");
    }
    return out;
  }

 private:
  std::string line(const std::string& id) const {
    const auto commit = targets_.clone().commit(id);
    return fmt::format("          {}  {}\n", id.substr(0, kDigits),
                       commit ? one_line(commit->subject) : "");
  }

  std::string about(const std::string& id) const {
    const auto commit = targets_.clone().commit(id);
    if (!commit) return "";
    std::string out = fmt::format("subject   {}\ndate      {}\n", one_line(commit->subject),
                                  date_of(commit->time));
    if (commit->parents.size() > 1) {
      out += fmt::format("merge     of {} lines of history, each of which {} by itself\n",
                         commit->parents.size(), result_.is_break ? "holds" : "is violated");
    }
    const auto mine = targets_.inputs_of(id, options_.variant);
    const auto before = commit->parents.empty()
                            ? mine
                            : targets_.inputs_of(commit->parents.front(), options_.variant);
    if (mine.index() != 0 || before.index() != 0) return out;
    const RevisionInputs& now = std::get<0>(mine);
    const RevisionInputs& then = std::get<0>(before);
    std::vector<std::string> changed;
    for (const auto& [path, content] : now.files.built) {
      const auto old = then.files.built.find(path);
      if (old == then.files.built.end() || old->second != content)
        changed.push_back(now.files.folder + path);
    }
    for (const auto& [path, content] : then.files.built) {
      if (!now.files.built.contains(path)) changed.push_back(then.files.folder + path);
    }
    if (!changed.empty()) out += fmt::format("changes   {}\n", fmt::join(changed, ", "));
    if (now.core_rules != then.core_rules) {
      out += fmt::format("core      {}\n     was  {}\n", now.core_rules, then.core_rules);
    }
    return out;
  }

  const BisectResult& result_;
  RevisionTargets& targets_;
  const BisectOptions& options_;
};

int code_of(const BisectResult& result) {
  switch (result.end) {
    case BisectResult::End::found:
      return result.changed_back.empty() ? 0 : 1;
    case BisectResult::End::several:
    case BisectResult::End::no_change:
      return 1;
    case BisectResult::End::interrupted:
      return kInterrupted;
    case BisectResult::End::error:
      break;
  }
  return kHarnessFault;
}

int bisect(const BisectOptions& options, const Engine& engine, Console& console) {
  BisectRequest request;
  request.cell.strategy = options.strategy;
  request.cell.seed = options.seed;
  request.cell.out_folder = options.out_folder;
  if (const int wrong = read_budgets(options.budgets, kDefaultExecutions, request.cell, console)) {
    return wrong;
  }
  if (const int wrong = read_judging(options.judging, request.cell, console)) return wrong;
  if (const int wrong =
          read_revision_options(options.revision, request.cell, request.campaign, console)) {
    return wrong;
  }
  const auto loaded = load_scenario_files(options.paths);
  if (const auto* errors = std::get_if<std::vector<Diagnostic>>(&loaded)) {
    for (const Diagnostic& error : *errors) console.err << to_text(error);
    return kUsageError;
  }
  const auto& files = std::get<std::vector<ScenarioFile>>(loaded);
  for (const ScenarioFile& file : files) {
    if (file.subject == SubjectKind::program) {
      return usage_error(console,
                         fmt::format("'{}' brings its own program, which has no history in a "
                                     "clone of Janus",
                                     file.path));
    }
  }
  if (const std::string why = why_no_confinement(); g_confines_revisions && !why.empty()) {
    return usage_error(console, "code of commits cannot be confined here: " + why,
                       "--no-sandbox runs it all the same");
  }
  auto opened = RevisionTargets::open(options.repo);
  if (const auto* error = std::get_if<std::string>(&opened)) return usage_error(console, *error);
  RevisionTargets& targets = *std::get<std::unique_ptr<RevisionTargets>>(opened);
  for (const auto& [name, id] :
       {std::pair(&options.good, &request.good), std::pair(&options.bad, &request.bad)}) {
    const auto commit = targets.clone().commit_named(*name);
    if (!commit)
      return usage_error(console, fmt::format("'{}' names no commit of {}", *name, options.repo));
    *id = *commit;
  }
  if (request.good == request.bad) return usage_error(console, "both ends are the same commit");
  request.variant = options.variant;
  request.law = options.law;
  request.first_parent = options.first_parent;
  request.speculates = !options.no_speculation && options.jobs > 1;
  request.jobs = options.jobs;

  int code = 0;
  for (const ScenarioFile& file : files) {
    console.out << painted(console.style, Paint::bold, file.path) << '\n' << std::flush;
    request.cell.scenario_path = file.path;
    BisectReporter reporter(options, targets.clone(), console);
    const BisectResult result = Bisecting(targets, engine, request, reporter).run();
    console.out << '\n';
    const bool told =
        result.end == BisectResult::End::found || result.end == BisectResult::End::several;
    if (told && !result.violated.result.violations.empty()) {
      const RunResult& run = result.violated.result;
      const auto broken = std::ranges::find(run.violations, result.law, &Violation::law);
      LadderOptions ladder;
      ladder.style = console.style;
      if (broken != run.violations.end())
        console.out << violation_report(run, *broken, broken->schedule, ladder) << "\n\n";
    }
    if (told) console.out << Story(result, targets, options).text();
    if (!result.error.empty()) console.out << first_line(result.error) << '\n';
    if (options.times) console.out << times_of(result.times);
    console.out << std::flush;
    if (result.end == BisectResult::End::interrupted) return kInterrupted;
    code = std::max(code, code_of(result));
  }
  return code;
}

}  // namespace

Verb add_bisect(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("bisect", kHelp);
  auto options = std::make_shared<BisectOptions>();
  verb->add_option("SCENARIO", options->paths, "scenarios, or folders of scenarios")->required();
  verb->add_option("--repo", options->repo, "a git clone of Janus, with or without a working tree")
      ->required();
  verb->add_option("--good", options->good, "a commit on which the scenario holds")->required();
  verb->add_option("--bad", options->bad, "a commit on which it is violated")->required();
  verb->add_option("--variant", options->variant,
                   "a change of scenarios/variants/ put on each commit");
  verb->add_option("--law", options->law,
                   "the law whose verdict is followed. Default: the one that breaks first on BAD");
  verb->add_flag(
      "--first-parent", options->first_parent,
      "follow the first parent of merges alone: names the merge that brought the change");
  verb->add_option("--strategy", options->strategy, "as for run");
  verb->add_option("--seed", options->seed, "where random choices come from")
      ->capture_default_str();
  verb->add_option("--budget", options->budgets,
                   "executions=N or seconds=N before a commit counts as holding. Default: "
                   "executions=10000")
      ->allow_extra_args(false);
  verb->add_option("--jobs,-j", options->jobs,
                   "builds at a time: the commit that is asked for, and "
                   "those that may come next")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  verb->add_flag("--no-speculation", options->no_speculation,
                 "build nothing before it is asked for");
  verb->add_option("--out", options->out_folder, "folder for .sched and .scn files")
      ->capture_default_str();
  verb->add_flag("--times", options->times, "say where the time went");
  add_judging_options(*verb, options->judging);
  add_revision_options(*verb, options->revision);
  return {verb, [options](const Engine& engine, Console& console) {
            return bisect(*options, engine, console);
          }};
}

}  // namespace onhook::cli
