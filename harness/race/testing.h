// SPDX-License-Identifier: GPL-3.0-or-later
// Executions written down by hand, for tests of judges: no scheduler, no memory, only what a
// watcher is told.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "harness/race/judges.h"

namespace onhook::testing_race {

class Play {
 public:
  /// `selection`: of the judges. The first thread is there already.
  explicit Play(std::string_view selection) : judges(selection) { make(nullptr, "main"); }

  Thread& main() { return threads_.front(); }
  Thread& spawn(const Thread& parent, const std::string& name) { return make(&parent, name); }

  /// Goes on as if the set-up ended here.
  void race_begins() {
    at_race_ = threads_.size();
    judges.on_race_begins();
  }
  /// Another execution from there.
  void again() {
    while (threads_.size() > at_race_) threads_.pop_back();
    judges.on_execution_begins();
  }

  void step(const Thread& t, OpKind kind, ObjectId object = kNoObject) {
    Operation op;
    op.kind = kind;
    op.object = object;
    judges.on_step(t, op, Wake::ready, ++step_, 0);
  }
  void exit(const Thread& t) { step(t, OpKind::thread_exit, t.key); }
  void join(const Thread& t, const Thread& other) { step(t, OpKind::thread_join, other.key); }

  void request(const Thread& t, ObjectId lock, LockMode mode = LockMode::exclusive,
               bool timed = false) {
    judges.on_lock_request(t, {lock, mode, ++pc_, false, timed});
  }
  void stuck(const Thread& t, OpKind kind, ObjectId object) {
    Operation op;
    op.kind = kind;
    op.object = object;
    judges.on_stuck(t, op);
  }
  void lock(const Thread& t, ObjectId lock, LockMode mode = LockMode::exclusive) {
    judges.on_lock(t, {lock, mode});
  }
  void unlock(const Thread& t, ObjectId lock, LockMode mode = LockMode::exclusive) {
    judges.on_unlock(t, {lock, mode});
  }
  void gives(const Thread& t, ObjectId object) { judges.on_flow(t, object, Flow::gives); }
  void takes(const Thread& t, ObjectId object) { judges.on_flow(t, object, Flow::takes); }

  void read(const Thread& t, std::uintptr_t address, std::uint32_t bytes = 4) {
    judges.on_access(t, {address, bytes, Access::read, ++pc_});
  }
  void write(const Thread& t, std::uintptr_t address, std::uint32_t bytes = 4) {
    judges.on_access(t, {address, bytes, Access::write, ++pc_});
  }
  void table(const Thread& t, std::uintptr_t address, TableAct act,
             TableKind kind = TableKind::table) {
    judges.on_table(t, {address, act, kind, "call", ++pc_});
  }
  void atomic(const Thread& t, std::uintptr_t address, AtomicKind kind,
              MemoryOrder order = MemoryOrder::seq_cst) {
    judges.on_atomic(t, {address, 4, kind, order, ++pc_});
  }
  void fence(const Thread& t, MemoryOrder order) { judges.on_fence(t, order); }

  /// "RACE: a writes 4 bytes; b reads 4 bytes", one a line.
  std::string found() const {
    std::string text;
    for (const Finding& finding : judges.findings()) {
      if (!text.empty()) text += '\n';
      text += finding.law + ":";
      for (const Deed& deed : finding.deeds) text += " " + deed.thread_name + " " + deed.what + ";";
      text.pop_back();
    }
    return text;
  }

  Judges judges;

 private:
  Thread& make(const Thread* parent, const std::string& name) {
    Thread& thread = threads_.emplace_back();
    thread.id = static_cast<ThreadId>(threads_.size() - 1);
    thread.key = 100u + thread.id;
    thread.name = name;
    thread.stack = reinterpret_cast<char*>(0x10000u * threads_.size());
    thread.stack_bytes = 0x10000;
    judges.on_spawn(parent, thread);
    return thread;
  }

  std::deque<Thread> threads_;
  std::size_t at_race_ = 0;
  std::uint32_t step_ = 0;
  std::uintptr_t pc_ = 0x1000;
};

}  // namespace onhook::testing_race
