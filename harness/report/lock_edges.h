// SPDX-License-Identifier: GPL-3.0-or-later
// What an exploration remembers of locks that were taken inside others (lock_record.h).
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/report/judgement.h"
#include "harness/trace/event.h"

namespace onhook {

struct RecordedLock {
  std::string id;          ///< the same in every execution and process
  std::string name;        ///< for people
  bool is_shared = false;  ///< taken for reading

  friend bool operator==(const RecordedLock&, const RecordedLock&) = default;
};

/// A thread that held a lock and was about to wait for another one, as it was first seen.
struct RecordedEdge {
  std::uint64_t thread = 0;  ///< its key (Thread::key)
  RecordedLock held;
  RecordedLock wanted;
  std::vector<RecordedLock> gates;  ///< all that it held, by id
  std::string object;               ///< `held` as the object of a finding: its name,
  std::string object_detail;        ///< and more, or ""
  std::uint64_t address = 0;        ///< of `held`: of a circle, the lowest one's is its object
  JudgedDeed locks;                 ///< how it got `held`
  JudgedDeed then_locks;
  std::size_t run = 0;  ///< of LockRecord::runs
  /// Keys of threads that had always ended before, or began after; and of those that may meet it.
  std::set<std::uint64_t> apart;
  std::set<std::uint64_t> met;

  /// "[pay] accounts, then log_file".
  std::string text() const;
  /// The same edge, in whichever execution and process.
  bool same_as(const RecordedEdge& other) const;
};

/// The execution that an edge was first seen in.
struct RecordedRun {
  std::string schedule;  ///< its file's text
  std::vector<Lane> lanes;
};

struct LockRecord {
  using Pair = std::pair<std::size_t, std::size_t>;  ///< of edges, the lower one first
  std::vector<RecordedEdge> edges;
  std::vector<RecordedRun> runs;
  std::set<Pair> together;  ///< were seen in one execution
  std::set<Pair> at_once;   ///< and in one of them nothing ordered them
  /// Path of the cell's schedules up to their numbers; "": none are written.
  std::string files;
};

}  // namespace onhook
