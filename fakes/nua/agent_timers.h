// SPDX-License-Identifier: GPL-3.0-or-later
// What a user agent's thread has to do later. Timers are latencies of the world, not points on its
// clock, so that no order of theirs is decided here; what is due comes through the mailbox.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "fakes/env.h"

namespace onhook::fakes {

class AgentTimers {
 public:
  using Id = std::uint64_t;
  static constexpr Id kNone = 0;

  explicit AgentTimers(Env& env) : env_(env) {}
  ~AgentTimers() { clear(); }
  AgentTimers(const AgentTimers&) = delete;
  AgentTimers& operator=(const AgentTimers&) = delete;

  /// Where the thread takes its jobs; before the first timer.
  void serve(std::shared_ptr<Mailbox> mailbox) { mailbox_ = std::move(mailbox); }

  // On that thread -------------------------------------------------------------------------------

  /// Runs `job` after `delay`.
  Id set(TimeNs delay, Job job);
  /// Forgets a timer; one that has run, or kNone, is no error.
  void cancel(Id id);
  void clear();
  /// Runs `job` once the current one is done, before any other.
  void defer(Job job) { deferred_.push_back(std::move(job)); }
  void run_deferred();

 private:
  void fire(Id id);

  struct Pending {
    TimerId timer;
    Job job;
  };
  Env& env_;
  std::shared_ptr<Mailbox> mailbox_;
  Id last_ = kNone;
  std::map<Id, Pending> pending_;
  std::vector<Job> deferred_;
};

}  // namespace onhook::fakes
