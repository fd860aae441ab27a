// SPDX-License-Identifier: GPL-3.0-or-later
// The judges of one world: the world (harness/host/world.h) tells them when the race and each
// execution begin and end, everything else comes as to any watcher.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/race/judge.h"

namespace onhook {

class LockJudge;

/// One line of the table of all judges.
struct JudgeKind {
  std::string_view name;  ///< for --judges
  std::string_view doc;
  std::string_view laws;  ///< that its findings break, blanks between
  std::unique_ptr<Judge> (*make)(Scene&);
};
std::span<const JudgeKind> judge_kinds();

/// Those of the laws by which a scenario is judged; where it names none, all for a C program, and
/// none for a plugin, whose races are known and many (scenarios/FINDINGS.md).
inline constexpr std::string_view kDefaultJudges = "default";

/// "default", "all", "none" or names with commas between; the first word that is neither, or "".
std::string unknown_judge(std::string_view selection);

/// The judges that can find this law broken, as a selection: a replay is watched by them alone.
std::string judges_of(std::string_view law);

class Judges : public Watcher {
 public:
  /// `selection` as above, but not "default".
  explicit Judges(std::string_view selection);

  bool empty() const { return judges_.empty(); }
  void add(std::unique_ptr<Judge> judge) { judges_.push_back(std::move(judge)); }
  /// Null: none of them judges locks.
  const LockJudge* lock_judge() const;
  Scene& scene() { return scene_; }

  void on_race_begins();
  void on_execution_begins();
  void on_execution_ends(End end);
  /// Of the execution that ended; those of the set-up first, which are true of each.
  std::vector<Finding> findings() const;
  /// What was found while latencies were still open gets the time that it had after all: `time_of`
  /// a step that was recorded with another.
  void set_times(const std::function<TimeNs(std::uint32_t, TimeNs)>& time_of);

  void on_spawn(const Thread* parent, const Thread& child) override;
  void on_step(const Thread&, const Operation&, Wake, std::uint32_t step, TimeNs now) override;
  void on_effect(const Thread&, const Operation&) override;
  void on_lock_request(const Thread&, const LockEvent&) override;
  void on_lock(const Thread&, const LockEvent&) override;
  void on_unlock(const Thread&, const LockEvent&) override;
  void on_refused_unlock(const Thread&, const LockEvent&) override;
  void on_return(const Thread&, std::uintptr_t call_site) override;
  void on_stuck(const Thread&, const Operation&) override;
  void on_flow(const Thread&, ObjectId, Flow) override;
  void on_access(const Thread&, const PlainAccess&) override;
  void on_atomic(const Thread&, const AtomicAccess&) override;
  void on_fence(const Thread&, MemoryOrder) override;
  void on_descriptor(const Thread&, const DescriptorUse&) override;
  void on_table(const Thread&, const TableUse&) override;
  void on_list_moved(const Thread&, std::uintptr_t from, std::uintptr_t to) override;
  void on_allocate(const Thread*, std::uintptr_t block, std::size_t bytes) override;
  void on_free(const Thread*, std::uintptr_t block, std::size_t bytes) override;

 private:
  template <class Tell>
  void each(Tell tell);

  Scene scene_;
  std::vector<std::unique_ptr<Judge>> judges_;
  std::vector<Finding> of_set_up_;
};

}  // namespace onhook
