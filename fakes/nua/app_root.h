// SPDX-License-Identifier: GPL-3.0-or-later
// An su_root_t: the queue through which a user agent's stack thread hands events to the thread that
// runs su_root_run() - the plugin's own "sip <user>".
#pragma once

#include <memory>

#include "fakes/env.h"

namespace onhook::fakes {

class AppRoot {
 public:
  AppRoot(Env& env, void* magic) : mailbox_(env.make_mailbox("nua events")), magic_(magic) {}

  /// Queues work for the running thread; any thread may call it. A scheduling point.
  void post(Job job) { mailbox_->post(std::move(job)); }
  /// Takes and does work until stop(). What is left then stays undone.
  void run();
  /// Ends run() after the job that is being done.
  void stop() { running_ = false; }
  void* magic() const { return magic_; }

 private:
  std::unique_ptr<Mailbox> mailbox_;
  void* magic_;
  bool running_ = false;
};

}  // namespace onhook::fakes
