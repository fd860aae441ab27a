// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/lock_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "harness/base/check.h"
#include "harness/trace/schedule.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLongest = 4;  // threads of a circle

bool is_exclusive(const RecordedLock& a, const RecordedLock& b) {
  return !a.is_shared || !b.is_shared;
}

bool waits_for(const RecordedEdge& a, const RecordedEdge& b) {
  return a.wanted.id == b.held.id && is_exclusive(a.wanted, b.held);
}

bool share_a_gate(const RecordedEdge& a, const RecordedEdge& b) {
  return std::ranges::any_of(a.gates, [&](const RecordedLock& x) {
    return std::ranges::any_of(
        b.gates, [&](const RecordedLock& y) { return x.id == y.id && is_exclusive(x, y); });
  });
}

bool always_apart(const RecordedEdge& edge, std::uint64_t thread) {
  return edge.apart.contains(thread) && !edge.met.contains(thread);
}

std::string innermost(const JudgedDeed& deed) {
  return deed.at.stack.empty() ? std::string() : deed.at.stack.front().function;
}

/// All circles, each from its lowest edge on.
class Circles {
 public:
  explicit Circles(const LockRecord& record) : record_(record) {
    for (std::size_t i = 0; i < record.edges.size(); ++i) {
      holding_[record.edges[i].held.id].push_back(i);
    }
  }

  std::vector<std::vector<std::size_t>> find() {
    for (std::size_t i = 0; i < record_.edges.size(); ++i) {
      path_ = {i};
      extend();
    }
    return std::move(found_);
  }

 private:
  bool could_meet(std::size_t i, std::size_t j) const {
    const RecordedEdge& a = record_.edges[i];
    const RecordedEdge& b = record_.edges[j];
    if (a.thread == b.thread || share_a_gate(a, b)) return false;
    const LockRecord::Pair pair = std::minmax(i, j);
    if (record_.together.contains(pair)) return record_.at_once.contains(pair);
    return !always_apart(a, b.thread) && !always_apart(b, a.thread);
  }

  void extend() {
    const RecordedEdge& last = record_.edges[path_.back()];
    if (path_.size() > 1 && waits_for(last, record_.edges[path_.front()])) {
      found_.push_back(path_);
      return;
    }
    const auto next = holding_.find(last.wanted.id);
    if (path_.size() == kLongest || next == holding_.end()) return;
    for (const std::size_t i : next->second) {
      const bool fits =
          i > path_.front() && waits_for(last, record_.edges[i]) &&
          std::ranges::all_of(path_, [&](std::size_t other) { return could_meet(other, i); });
      if (!fits) continue;
      path_.push_back(i);
      extend();
      path_.pop_back();
    }
  }

  const LockRecord& record_;
  std::map<std::string, std::vector<std::size_t>> holding_;  ///< edges by what they hold
  std::vector<std::size_t> path_;
  std::vector<std::vector<std::size_t>> found_;
};

std::vector<std::string> innermost_of(const Violation& violation) {
  std::vector<std::string> functions;
  for (const JudgedDeed& deed : violation.judgement->deeds) functions.push_back(innermost(deed));
  return functions;
}

InversionAcross inversion_of(const LockRecord& record, std::vector<std::size_t> edges) {
  InversionAcross out;
  const RecordedEdge* lowest = &record.edges[edges.front()];
  Judgement judgement;
  for (const std::size_t i : edges) {
    const RecordedEdge& edge = record.edges[i];
    if (edge.address < lowest->address) lowest = &edge;
    judgement.deeds.push_back(edge.locks);
    judgement.deeds.push_back(edge.then_locks);
  }
  judgement.object = lowest->object;
  if (!lowest->object_detail.empty()) judgement.object += " (" + lowest->object_detail + ")";
  out.violation.law = "LOCK";
  out.violation.message =
      edges.size() == 2
          ? "two threads take two locks in opposite orders, but no execution that was tried shows "
            "both"
          : "threads take locks in a circle, but no execution that was tried shows all of it";
  out.violation.judgement = std::move(judgement);
  // What one execution shows as well is one root cause with it.
  out.violation.judgement->cause =
      cause_text(out.violation.law, innermost_of(out.violation), lowest->object);
  out.edges = std::move(edges);
  return out;
}

bool is_suppressed(const InversionAcross& inversion, const LockRecord& record,
                   const std::vector<Suppression>& suppressions, RunResult& result) {
  const auto by_address = [&](std::size_t i) { return record.edges[i].address; };
  const std::string& object =
      record.edges[*std::ranges::min_element(inversion.edges, {}, by_address)].object;
  return onhook::is_suppressed(suppressions, inversion.violation.law,
                               innermost_of(inversion.violation), object, result.suppressed);
}

/// Writes the schedule that shows one edge.
std::optional<Diagnostic> write_edge(const LockRecord& record, const RecordedEdge& edge,
                                     const std::string& path) {
  const RecordedRun& run = record.runs.at(edge.run);
  auto parsed = parse_schedule(run.schedule, path);
  if (auto* error = std::get_if<Diagnostic>(&parsed)) return std::move(*error);
  Schedule& schedule = std::get<Schedule>(parsed);
  schedule.shows = edge.text();
  std::error_code ignored;  // writing says it better
  fs::create_directories(fs::path(path).parent_path(), ignored);
  return write_schedule(schedule, run.lanes, path);
}

}  // namespace

std::string shown_by(const std::string& thread, const std::string& held,
                     const std::string& wanted) {
  return fmt::format("[{}] {}, then {}", thread, held, wanted);
}

std::string RecordedEdge::text() const {
  return shown_by(then_locks.at.thread, held.name, wanted.name);
}

bool RecordedEdge::same_as(const RecordedEdge& other) const {
  const auto place = [](const JudgedDeed& deed) {
    return deed.at.stack.empty()
               ? std::pair<std::string, std::string>()
               : std::pair(deed.at.stack.front().function, deed.at.stack.front().place);
  };
  return thread == other.thread && held == other.held && wanted == other.wanted &&
         gates == other.gates && place(then_locks) == place(other.then_locks);
}

std::vector<InversionAcross> inversions_across(const LockRecord& record) {
  std::vector<InversionAcross> out;
  for (std::vector<std::size_t>& circle : Circles(record).find()) {
    const bool is_seen =
        circle.size() == 2 && record.together.contains(std::minmax(circle[0], circle[1]));
    if (is_seen) continue;  // the judge of that execution has told it
    InversionAcross inversion = inversion_of(record, std::move(circle));
    const bool known = std::ranges::any_of(out, [&](const InversionAcross& other) {
      return other.violation.same_as(inversion.violation);
    });
    if (!known) out.push_back(std::move(inversion));
  }
  return out;
}

void merge(LockRecord& into, const LockRecord& more) {
  if (into.files.empty()) into.files = more.files;
  std::vector<std::size_t> places;
  std::map<std::size_t, std::size_t> runs;
  for (const RecordedEdge& edge : more.edges) {
    const auto known = std::ranges::find_if(
        into.edges, [&](const RecordedEdge& other) { return other.same_as(edge); });
    places.push_back(static_cast<std::size_t>(known - into.edges.begin()));
    if (known != into.edges.end()) {
      known->apart.insert(edge.apart.begin(), edge.apart.end());
      known->met.insert(edge.met.begin(), edge.met.end());
      continue;
    }
    const auto [run, fresh] = runs.try_emplace(edge.run, into.runs.size());
    if (fresh) into.runs.push_back(more.runs.at(edge.run));
    into.edges.push_back(edge);
    into.edges.back().run = run->second;
  }
  const auto add = [&](std::set<LockRecord::Pair>& to, const std::set<LockRecord::Pair>& from) {
    for (const auto& [a, b] : from) to.insert(std::minmax(places.at(a), places.at(b)));
  };
  add(into.together, more.together);
  add(into.at_once, more.at_once);
}

std::optional<Diagnostic> add_inversions_across(RunResult& result,
                                                const std::vector<Suppression>& suppressions,
                                                const std::string& folder) {
  ONHOOK_CHECK(result.part.whole(), "a part of a search has no inversions of its own");
  const LockRecord record = std::move(result.lock_record);
  result.lock_record = {};
  if (result.complete || !result.fault.empty()) return std::nullopt;
  std::string files = record.files;
  if (!folder.empty() && !files.empty()) {
    files = (fs::path(folder) / fs::path(files).filename()).string();
  }
  std::optional<Diagnostic> failed;
  for (InversionAcross& inversion : inversions_across(record)) {
    const auto is_it = [&](const Violation& known) { return known.same_as(inversion.violation); };
    if (std::ranges::any_of(result.violations, is_it)) continue;
    if (is_suppressed(inversion, record, suppressions, result)) continue;
    std::vector<JudgedDeed>& deeds = inversion.violation.judgement->deeds;
    for (std::size_t i = 0; i < inversion.edges.size() && !files.empty(); ++i) {
      const std::string path =
          fmt::format("{}.across{}-{}.sched", files, result.violations.size() + 1, i + 1);
      failed = write_edge(record, record.edges[inversion.edges[i]], path);
      if (failed) return failed;
      deeds[2 * i + 1].schedule = path;
    }
    result.violations.push_back(std::move(inversion.violation));
    result.verdict = Verdict::violated;
  }
  return failed;
}

}  // namespace onhook
