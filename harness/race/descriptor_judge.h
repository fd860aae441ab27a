// SPDX-License-Identifier: GPL-3.0-or-later
// Law FD: a thread uses and closes descriptors that are open, and its own.
//
// A call on a number that is not open is wrong by itself (EBADF), for by chance it was nobody's. A
// number that was closed is given out again, lowest first; a thread that goes on using it by then
// reaches somebody else's pipe or socket, and no call fails. That is told where the thread knows an
// earlier opening and cannot know of the new one: nothing orders it before the use
// (happens_before.h), and the thread has not just read the number from memory that was written
// since. A stale number whose reuse the thread could know is not seen.
//
// Negative numbers are nobody's whatever happens: calls on them fail in every order, and plugins
// keep -1 for "none". They are not looked at; nor are 0, 1 and 2, the process's own.
#pragma once

#include <array>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "harness/race/happens_before.h"
#include "harness/race/judge.h"

namespace onhook {

class DescriptorJudge : public Judge {
 public:
  using Judge::Judge;

  void on_race_begins() override;
  void on_execution_begins() override;

  void on_spawn(const Thread* parent, const Thread& child) override {
    order_.on_spawn(parent, child);
  }
  void on_step(const Thread&, const Operation&, Wake) override;
  void on_lock(const Thread& t, const LockEvent& e) override { order_.on_lock(t, e); }
  void on_unlock(const Thread& t, const LockEvent& e) override { order_.on_unlock(t, e); }
  void on_flow(const Thread& t, ObjectId object, Flow flow) override {
    order_.on_flow(t, object, flow);
  }
  void on_access(const Thread&, const PlainAccess&) override;
  void on_atomic(const Thread& t, const AtomicAccess& a) override { order_.on_atomic(t, a); }
  void on_fence(const Thread& t, MemoryOrder order) override { order_.on_fence(t, order); }
  void on_descriptor(const Thread&, const DescriptorUse&) override;

 private:
  /// A number from one opening to its close.
  struct Opening {
    Moment opened;
    std::uint32_t opened_at = 0;  ///< the opener's own time
    std::uint64_t written = 0;    ///< what was written to memory until then, as a count
    std::string_view kind;
    bool is_closed = false;
    Moment closed = {};
  };
  /// Where a thread has read a number from, of late.
  struct Reads {
    static constexpr std::size_t kKept = 32;
    std::array<std::uintptr_t, kKept> addresses{};
    std::size_t next = 0;
  };

  bool knows(const Thread& thread, const Opening& opening) const;
  bool has_read_since(const Thread& thread, int fd, const Opening& opening) const;
  void use(const Thread& thread, const DescriptorUse& use);
  void accuse(const Thread& thread, const DescriptorUse& use, std::string message,
              const Opening* old, const Opening* now);

  struct State {
    std::unordered_map<int, std::vector<Opening>> openings;
    std::vector<Reads> reads;  ///< by thread
  };
  HappensBefore order_;
  State now_, at_race_;
  /// When memory was written in this execution, as a count of writes; the set-up's are all older.
  std::unordered_map<std::uintptr_t, std::uint64_t> written_;
  std::uint64_t writes_ = 0;
  std::unordered_set<std::uintptr_t> told_;  ///< calls, in this execution
};

}  // namespace onhook
