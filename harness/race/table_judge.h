// SPDX-License-Identifier: GPL-3.0-or-later
// Law LOCK of tables: GLib's hash tables, lists, queues and arrays, which no thread may touch
// without the mutex that elsewhere protects them. That GLib touches memory inside is not seen by
// the judge of races; here a call is an access to the whole table.
//
// Two accesses of different threads, one of them a change, are told if no lock was held at both
// (Savage et al.: "Eraser", TOCS 1997) and if nothing but locks could have kept them apart
// (O'Callahan and Choi: "Hybrid dynamic data race detection", PPoPP 2003): so they are told in
// executions in which they came one after the other, too. For some any order is enough, that of
// locks included:
// - what the first thread does until a second one comes: it makes the table, then hands it out;
// - the end of a table: its last user may have taken it away from the others;
// - lists, which code takes from where they hang, under the mutex, to go through them without it.
//
// A list is known by its head, which the calls give back; one that was empty begins anew.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/race/happens_before.h"
#include "harness/race/judge.h"

namespace onhook {

class TableJudge : public Judge {
 public:
  using Judge::Judge;

  void on_race_begins() override;
  void on_execution_begins() override;

  void on_spawn(const Thread* parent, const Thread& child) override;
  void on_step(const Thread&, const Operation&, Wake) override;
  void on_lock(const Thread& t, const LockEvent& e) override { by_all_.on_lock(t, e); }
  void on_unlock(const Thread& t, const LockEvent& e) override { by_all_.on_unlock(t, e); }
  void on_flow(const Thread& t, ObjectId object, Flow flow) override;
  void on_atomic(const Thread&, const AtomicAccess&) override;
  void on_fence(const Thread&, MemoryOrder) override;
  void on_table(const Thread&, const TableUse&) override;
  void on_list_moved(const Thread&, std::uintptr_t from, std::uintptr_t to) override;

 private:
  struct Use {
    Moment at;
    TableAct act;
    TableKind kind;
    const char* call;
    bool before_sharing;
    std::uint32_t time_by_all;
    std::uint32_t time_without_locks;
  };
  struct Table {
    std::uintptr_t address = 0;  ///< as it was first known
    ThreadId first = kNoThread;
    bool shared = false;
    std::vector<Use> uses;  ///< the newest of each thread, place, kind and set of locks
  };
  struct State {
    std::vector<Table> tables;
    std::unordered_map<std::uintptr_t, std::size_t> numbers;  ///< by address, and head of a list
  };

  Table& table_of(std::uintptr_t address);
  bool could_meet(const Use& earlier, const Use& later) const;
  void accuse(const Table& table, std::uintptr_t address, const Use& earlier, const Use& later);
  bool have_common_lock(const Use& a, const Use& b);
  std::uintptr_t holder_of(std::uintptr_t table);
  std::uintptr_t search_holder(std::uintptr_t table);
  Deed deed_of(const Use& use);

  HappensBefore by_all_;         ///< orders of all kinds
  HappensBefore without_locks_;  ///< those that hold in every execution
  State state_, at_race_;
  std::set<std::pair<std::uintptr_t, std::uintptr_t>> accused_;  ///< places, in this execution
  std::map<std::uintptr_t, std::uintptr_t> holders_;  ///< of tables that were known at the race
};

}  // namespace onhook
