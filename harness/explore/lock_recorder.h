// SPDX-License-Identifier: GPL-3.0-or-later
// Takes down, execution by execution, which locks were taken inside which (report/lock_record.h).
#pragma once

#include <functional>
#include <map>
#include <string>
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
  Key key_of(const LockEdge& edge) const;
  RecordedEdge named(const LockEdge& edge);
  RecordedLock named(ObjectId lock, LockMode mode) const;
  std::size_t place_of(const LockEdge& edge, std::size_t& run,
                       const std::function<RecordedRun()>& make_run);

  const LockJudge& judge_;
  NamedFindings& names_;
  LockRecord& record_;
  std::map<Key, std::size_t> places_;
};

}  // namespace onhook
