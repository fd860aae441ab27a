// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/bisecting.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "harness/base/text_file.h"
#include "harness/cli/generalising.h"
#include "harness/trace/schedule.h"

namespace onhook::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Says = CommitVerdict::Says;

/// For the order that failed elsewhere: where it can break the law at all it does at once.
constexpr std::uint64_t kGeneralisedExecutions = 1'000;

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

class PassesOutputOn : public CampaignObserver {
 public:
  explicit PassesOutputOn(BisectObserver& observer) : observer_(observer) {}
  void on_output(const CellRequest&, std::string_view text) override { observer_.on_output(text); }

 private:
  BisectObserver& observer_;
};

bool breaks(const RunResult& result, const std::string& law) {
  return std::ranges::any_of(result.violations, [&](const Violation& v) { return v.law == law; });
}

/// Why a run says nothing of a law that it did not break; "" when it does.
std::string unjudged(const RunResult& result) {
  if (!result.fault.empty()) return result.fault;
  if (result.interrupted) return "interrupted";
  if (is_not_set_up(result)) return result.violations.front().message;
  if (result.bound == "crash") return "the process crashed before all was tried";
  const auto holds = [](const OrderResult& o) { return o.executions > 0; };
  if (std::ranges::any_of(result.orders, holds)) return "";
  return to_string(result.verdict == Verdict::violated ? Verdict::vacuous : result.verdict);
}

}  // namespace

Bisecting::Bisecting(RevisionTargets& targets, const Engine& engine, BisectRequest request,
                     BisectObserver& observer)
    : targets_(targets),
      engine_(engine),
      request_(std::move(request)),
      observer_(observer),
      pool_(targets.clone().folder(), request_.variant, request_.jobs),
      law_(request_.law) {}

std::string Bisecting::key_of(const std::string& commit) {
  const auto inputs = targets_.inputs_of(commit, request_.variant);
  const auto* found = std::get_if<RevisionInputs>(&inputs);
  // What has no plugin is like nothing else.
  return found == nullptr ? "none " + commit : found->key;
}

RunResult Bisecting::explore(const std::string& scenario, const std::string& commit,
                             std::uint64_t executions) {
  CellRequest cell = request_.cell;
  cell.scenario_path = scenario;
  cell.target = fmt::format("{}@{}{}{}", targets_.clone().folder(), commit,
                            request_.variant.empty() ? "" : "+", request_.variant);
  cell.stop_at_first = true;
  cell.stop_at_law = law_;
  if (executions > 0) cell.max_executions = executions;
  PassesOutputOn output(observer_);
  CampaignResult campaign = run_campaign({cell}, engine_.run_cell, request_.campaign, output);
  interrupted_ = interrupted_ || campaign.end == CampaignEnd::interrupted;
  if (campaign.results.empty()) {
    RunResult none;
    none.fault = "interrupted";
    return none;
  }
  return std::move(campaign.results.front());
}

CommitVerdict Bisecting::verdict_on(const std::string& commit) {
  CommitVerdict verdict;
  if (!generalised_.empty()) {
    verdict.result = explore(generalised_, commit, kGeneralisedExecutions);
    if (breaks(verdict.result, law_)) {
      verdict.says = Says::violated;
      verdict.why = law_;
      return verdict;
    }
  }
  verdict.result = explore(request_.cell.scenario_path, commit, 0);
  const RunResult& result = verdict.result;
  const std::string law =
      !law_.empty() || result.violations.empty() ? law_ : result.violations.front().law;
  if (!law.empty() && breaks(result, law)) {
    verdict.says = Says::violated;
    verdict.why = law;
    return verdict;
  }
  verdict.why = unjudged(result);
  if (!verdict.why.empty()) return verdict;
  verdict.says = Says::holds;
  for (const Violation& other : result.violations) {
    verdict.why += (verdict.why.empty() ? "but breaks " : ", ") + other.law;
  }
  return verdict;
}

const CommitVerdict& Bisecting::judge(const std::string& commit, const char* role,
                                      const std::vector<std::string>& maybe_next) {
  const std::string key = key_of(commit);
  judged_[commit] = key;
  if (const auto known = verdicts_.find(key); known != verdicts_.end()) {
    observer_.on_verdict(commit, role, known->second);
    return known->second;
  }
  CommitVerdict verdict;
  std::vector<std::string> wanted = {commit};
  if (request_.speculates) wanted.insert(wanted.end(), maybe_next.begin(), maybe_next.end());
  auto begin = Clock::now();
  TargetResult target;
  const auto inputs = targets_.inputs_of(commit, request_.variant);
  if (const auto* error = std::get_if<std::string>(&inputs)) {
    target.error = *error;
  } else {
    const bool there = targets_.is_known(std::get<RevisionInputs>(inputs));
    pool_.want(wanted);
    target.error = pool_.wait_for(commit);
    if (target.error.empty()) target = targets_.target_of(commit, request_.variant);
    pool_.want(wanted);  // there is room for another one
    if (target.target && !there) {
      const Target::BuildSeconds& took = target.target->build_seconds;
      times_.plugin += took.plugin;
      times_.helpers += took.helpers;
      times_.adapter += took.adapter;
    }
  }
  times_.waiting += seconds_since(begin);
  begin = Clock::now();
  if (target.target) {
    verdict = verdict_on(commit);
  } else {
    verdict.why = target.error;
  }
  verdict.seconds = seconds_since(begin);
  times_.exploring += verdict.seconds;
  const CommitVerdict& kept = verdicts_[key] = std::move(verdict);
  observer_.on_verdict(commit, role, kept);
  return kept;
}

void Bisecting::generalise(const CommitVerdict& bad) {
  if (bad.result.schedule.empty()) return;
  const auto begin = Clock::now();
  const auto schedule = read_schedule(bad.result.schedule);
  if (!std::holds_alternative<Schedule>(schedule)) return;
  GeneraliseRequest wanted;
  wanted.schedule = std::get<Schedule>(schedule);
  PassesOutputOn output(observer_);
  const Generalised found = generalise_in_process(wanted, engine_, request_.campaign, output);
  times_.exploring += seconds_since(begin);
  if (found.scenario.empty()) {
    observer_.on_note("not generalised: " + (found.fault.empty() ? found.failure : found.fault));
    return;
  }
  std::filesystem::path path = bad.result.schedule;
  path.replace_extension(".scn");
  if (write_text_file(found.scenario, path.string())) return;
  generalised_ = path.string();
  observer_.on_note(
      fmt::format("on other commits it is looked for by: {}", fmt::join(found.constraints, ", ")));
}

std::string Bisecting::set_out(BisectResult& out, std::string& old_end, std::string& new_end) {
  const std::string& good = request_.good;
  const std::string& bad = request_.bad;
  const CommitVerdict on_bad = judge(bad, "bad", {good});
  if (interrupted_) return "interrupted";
  if (on_bad.says != Says::violated) {
    return on_bad.says == Says::holds ? "it holds on the bad end: nothing to look for"
                                      : "the bad end cannot be judged: " + on_bad.why;
  }
  law_ = out.law = on_bad.why;
  generalise(on_bad);
  const CommitVerdict on_good = judge(good, "good");
  if (interrupted_) return "interrupted";
  if (on_good.says != Says::holds) {
    return on_good.says == Says::violated ? "it is violated on the good end, too: take another one"
                                          : "the good end cannot be judged: " + on_good.why;
  }
  const std::vector<std::string> bases = targets_.clone().merge_bases(good, bad);
  if (bases.empty()) return "the two ends have no commit in common";
  for (const std::string& base : bases) {
    const bool is_end = base == good || base == bad;
    const CommitVerdict& verdict = is_end ? verdicts_.at(key_of(base)) : judge(base, "merge base");
    if (verdict.says == Says::nothing) return "their merge base cannot be judged: " + verdict.why;
    const bool breaks_later = verdict.says == Says::holds;
    if (&base != &bases.front() && breaks_later != out.is_break) {
      return "some of their merge bases hold and some do not";
    }
    out.is_break = breaks_later;
  }
  old_end = out.is_break ? good : bad;
  new_end = out.is_break ? bad : good;
  return "";
}

void Bisecting::note_violation(const std::string& commit, BisectResult& out) {
  const CommitVerdict& verdict = verdicts_.at(key_of(commit));
  if (verdict.says != Says::violated) return;
  out.violated = verdict;
  out.violated_on = commit;
}

void Bisecting::search(Bisection& bisection, const std::string& old_end, const std::string& new_end,
                       BisectResult& out) {
  const Says new_verdict = out.is_break ? Says::violated : Says::holds;
  bisection.judge(key_of(old_end), Bisection::Side::old_one);
  bisection.judge(key_of(new_end), Bisection::Side::new_one);
  while (const auto commit = bisection.next()) {
    const std::string key = key_of(*commit);
    const CommitVerdict& verdict = judge(*commit, "", bisection.next_after(key));
    if (interrupted_) return;
    if (verdict.says == Says::nothing) {
      out.skipped[*commit] = verdict.why;
      bisection.judge(key, Bisection::Side::skipped);
      continue;
    }
    bisection.judge(
        key, verdict.says == new_verdict ? Bisection::Side::new_one : Bisection::Side::old_one);
  }
  pool_.want({});
  out.suspects = bisection.suspects();
  out.changed_back = bisection.changed_back();
  // Those that were never asked for, as nothing could be asked of them.
  for (const std::string& suspect : out.suspects) {
    const auto verdict = verdicts_.find(key_of(suspect));
    if (verdict != verdicts_.end() && verdict->second.says == Says::nothing) {
      out.skipped[suspect] = verdict->second.why;
    }
  }
}

/// The first new commit is new, and each parent of it is not: said only when seen.
void Bisecting::check_parents(BisectResult& out) {
  const auto commit = targets_.clone().commit(out.suspects.front());
  const Says new_verdict = out.is_break ? Says::violated : Says::holds;
  const auto known = verdicts_.find(key_of(out.suspects.front()));
  const CommitVerdict itself =
      known != verdicts_.end() ? known->second : judge(out.suspects.front(), "");
  if (itself.says != new_verdict) {
    out.end = BisectResult::End::error;
    out.error = "the commit that is left does not say what the new end says";
    return;
  }
  if (out.is_break) note_violation(out.suspects.front(), out);
  for (const std::string& parent : commit ? commit->parents : std::vector<std::string>()) {
    const auto judged = verdicts_.find(key_of(parent));
    const CommitVerdict& verdict =
        judged != verdicts_.end() ? judged->second : judge(parent, "parent");
    if (verdict.says == new_verdict) out.changed_back.push_back(parent);
    if (verdict.says == Says::nothing) out.skipped[parent] = verdict.why;
    if (!out.is_break) note_violation(parent, out);
    if (request_.first_parent) break;
  }
}

BisectResult Bisecting::run() {
  BisectResult out;
  std::string old_end;
  std::string new_end;
  const auto finish = [&] {
    times_.built = pool_.begun();
    times_.given_up = pool_.given_up();
    out.times = times_;
    if (interrupted_) out.end = BisectResult::End::interrupted;
    return out;
  };
  out.error = set_out(out, old_end, new_end);
  if (!out.error.empty()) {
    const bool judged = out.error.find("cannot be judged") == std::string::npos;
    out.end = judged ? BisectResult::End::no_change : BisectResult::End::error;
    return finish();
  }
  const auto begin = Clock::now();
  auto history = targets_.clone().history({new_end}, {old_end}, request_.first_parent);
  if (auto* error = std::get_if<std::string>(&history)) {
    out.error = *error;
    return finish();
  }
  std::vector<Bisection::Commit> commits;
  std::map<std::string, std::string> outside;
  std::map<std::string, bool> inside;
  for (const GitClone::Commit& commit : std::get<0>(history)) inside[commit.id] = true;
  for (const GitClone::Commit& commit : std::get<0>(history)) {
    commits.push_back({commit.id, commit.parents, key_of(commit.id)});
    for (const std::string& parent : commit.parents) {
      if (!inside.contains(parent)) outside[parent] = key_of(parent);
    }
  }
  std::vector<Bisection::Commit> boundary;
  for (const auto& [id, key] : outside) boundary.push_back({id, {}, key});
  Bisection bisection(commits, boundary);
  times_.history = seconds_since(begin);
  observer_.on_range(commits.size(), bisection.touching());
  note_violation(out.is_break ? new_end : old_end, out);
  search(bisection, old_end, new_end, out);
  if (interrupted_) return finish();
  if (out.suspects.empty()) {
    out.error = "no commit in between changes what is built, and yet the verdicts differ";
    return finish();
  }
  out.end = out.suspects.size() == 1 ? BisectResult::End::found : BisectResult::End::several;
  if (out.end == BisectResult::End::found) check_parents(out);
  return finish();
}

}  // namespace onhook::cli
