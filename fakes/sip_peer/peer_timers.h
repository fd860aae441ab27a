// SPDX-License-Identifier: GPL-3.0-or-later
// Timers of a peer that are usually called off: a thread of its own waits for them, so that one
// that was called off leaves nothing behind - no step that is not taken, and no time that has to
// pass.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "fakes/env.h"
#include "fakes/nua/timer_queue.h"

namespace onhook::fakes {

class PeerTimers {
 public:
  using Id = std::uint64_t;
  static constexpr Id kNone = 0;

  /// `lane` names the thread, which starts with the first timer.
  PeerTimers(Env& env, std::string lane) : env_(env), lane_(std::move(lane)) {}
  PeerTimers(const PeerTimers&) = delete;
  PeerTimers& operator=(const PeerTimers&) = delete;

  /// Runs `job` on the timers' thread after `delay`. Both calls are scheduling points.
  Id set(TimeNs delay, Job job);
  void cancel(Id id);

 private:
  void run();

  Env& env_;
  std::string lane_;
  std::unique_ptr<Mailbox> mailbox_;
  Id last_ = kNone;
  // Of the thread alone.
  TimerQueue queue_;
  std::map<Id, TimerQueue::Id> pending_;
};

}  // namespace onhook::fakes
