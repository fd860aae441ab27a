// SPDX-License-Identifier: GPL-3.0-or-later
// Takes down, execution by execution, which locks were taken inside which (report/lock_record.h).
// Nearly all that an execution shows is known from those before: the record's sets are asked only
// for what is not.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/explore/named_findings.h"
#include "harness/race/lock_judge.h"
#include "harness/report/lock_record.h"

namespace onhook {

class LockRecorder {
 public:
  /// All outlive it; the record may hold what an earlier process saw. The judge's executions are
  /// those of the world that `names` is of.
  LockRecorder(const LockJudge& judge, NamedFindings& names, LockRecord& record)
      : judge_(judge), names_(names), record_(record) {}

  /// After each execution. `run`: asked for it if an edge is seen for the first time.
  void execution_ended(const std::function<RecordedRun()>& run);

  /// Of the execution that ended, each edge as Schedule::shows has it.
  std::vector<std::string> shown() const;

 private:
  /// What is the same each time that an edge is met in this process.
  using Key = std::vector<std::uintptr_t>;
  /// Two bits: what can be known of two edges (together, at once) or of an edge and a thread
  /// (apart, met) has been written into the record.
  using Known = std::uint8_t;
  static constexpr Known kAll = 3;
  /// Rows grow as edges and threads are met.
  using KnownTable = std::vector<std::vector<Known>>;

  void set_key(const LockEdge& edge);
  RecordedEdge named(const LockEdge& edge);
  RecordedLock named(ObjectId lock, LockMode mode) const;
  std::size_t place_of(const LockEdge& edge, std::size_t& run,
                       const std::function<RecordedRun()>& make_run);
  void note_threads();
  void note_neighbours(const LockEdge& edge, std::size_t place);
  void note_pair(std::size_t i, std::size_t j);
  static Known& known_in(KnownTable& table, std::size_t row, std::size_t column);

  const LockJudge& judge_;
  NamedFindings& names_;
  LockRecord& record_;
  std::map<Key, std::size_t> places_;
  std::unordered_map<std::uint64_t, std::size_t> thread_numbers_;  ///< by key, as they were met
  KnownTable pairs_;       ///< by places, the higher one first
  KnownTable neighbours_;  ///< by place and thread's number
  // Of the execution that ended.
  Key key_;
  std::vector<std::size_t> at_;       ///< the place of each edge
  std::vector<std::size_t> threads_;  ///< the number of each thread
};

}  // namespace onhook
