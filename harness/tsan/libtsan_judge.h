// SPDX-License-Identifier: GPL-3.0-or-later
// Our judge of races and libtsan, side by side in one execution: what tells ours of threads and
// synchronisation (Watcher) tells libtsan as well, here; what instrumented code does reaches both
// from interpose/tsan_abi.cc. Every report of libtsan's is compared at once, at the access.
//
// A report of libtsan's is also ours when our judge says of the same access that it races with one
// of the same thread, of the same 8 bytes. Which access of that thread's is named may differ:
// libtsan keeps the first of equal ones, ours the last.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/race/race_judge.h"
#include "harness/tsan/compared_race.h"
#include "harness/tsan/runtime.h"

namespace onhook {

class LibtsanJudge : public RaceJudge {
 public:
  explicit LibtsanJudge(Scene& scene);
  ~LibtsanJudge() override;

  /// In the order in which they showed.
  const std::vector<ComparedRace>& races() const { return races_; }

  void on_execution_ends(End) override { libtsan::leave(); }
  void on_spawn(const Thread* parent, const Thread& child) override;
  void on_step(const Thread&, const Operation&, Wake) override;
  void on_lock(const Thread&, const LockEvent&) override;
  void on_unlock(const Thread&, const LockEvent&) override;
  void on_flow(const Thread&, ObjectId, Flow) override;
  void on_access(const Thread&, const PlainAccess&) override;
  void on_atomic(const Thread&, const AtomicAccess&) override;
  void on_free(const Thread*, std::uintptr_t block, std::size_t bytes) override;

 protected:
  void on_race(const ShadowRecord& earlier, const ShadowRecord& later, std::uintptr_t word,
               bool fresh) override;

 private:
  /// What is synchronised by, as HappensBefore tells them apart.
  enum class Kind : std::uint8_t { written_lock, read_lock, flow, exit };
  /// A race of the access at hand.
  struct Here {
    std::size_t race;  ///< index
    ThreadId earlier;
    std::uintptr_t word;
  };

  void begin_access(ThreadId thread, std::uintptr_t address, std::size_t bytes, bool write);
  void touch_own_word(ThreadId thread);
  void note_crowd(ComparedRace& race, const ShadowRecord& earlier, std::uintptr_t word) const;
  bool ask(const ShadowRecord& earlier, const ShadowRecord& later, std::size_t race);
  void acquire(ThreadId thread, Kind kind, std::uint64_t object);
  void release(ThreadId thread, Kind kind, std::uint64_t object);
  void* object_of(Kind kind, std::uint64_t object);
  void on_report(const libtsan::Report& report);
  Deed deed_of(const libtsan::ReportedAccess& access, bool is_later);
  Finding finding_of(const libtsan::Report& report);

  using Pair = std::pair<std::uintptr_t, std::uintptr_t>;  ///< of instructions, the lower first
  std::vector<ComparedRace> races_;
  std::map<Pair, std::size_t> ours_;     ///< indices of races_
  std::map<Pair, std::size_t> strange_;  ///< those of libtsan's that are not ours
  std::vector<Here> here_;
  bool asking_ = false;
  bool answer_ = false;
  using Epoch = std::pair<ThreadId, std::uint32_t>;
  /// What a thread did at a time; the same again is the same.
  struct Visit {
    Epoch when;
    std::uintptr_t address;
    std::size_t bytes;
    bool write;
  };
  std::unordered_map<std::uintptr_t, std::vector<Visit>> visits_;  ///< by word
  /// Of these libtsan said that they race when they came.
  std::set<std::pair<std::uintptr_t, Epoch>> raced_;
  bool looked_at_ = false;  ///< the access at hand is none that libtsan looks at
  /// A word for each thread's each time, which the thread wrote at that time.
  std::map<Epoch, void*> own_words_;
  std::map<std::pair<Kind, std::uint64_t>, void*> objects_;
  std::deque<std::uint64_t> words_;  ///< what both stand for in libtsan's eyes
};

}  // namespace onhook
