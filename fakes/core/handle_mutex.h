// SPDX-License-Identifier: GPL-3.0-or-later
// The mutex of a core handle, which serialises the set-up and the disposal of its PeerConnection.
//
// Built of the one blocking object that fakes have: a mailbox that holds one token while the mutex
// is free. Taking and giving it back are scheduling points, as lock and unlock are in the real
// core.
#pragma once

#include <memory>

#include "fakes/env.h"

namespace onhook::fakes {

class HandleMutex {
 public:
  explicit HandleMutex(Env& env) : token_(env.make_mailbox("handle mutex")) { unlock(); }

  // BasicLockable, for std::lock_guard.
  void lock() { token_->take(); }
  void unlock() {
    token_->post([] {});
  }

 private:
  std::unique_ptr<Mailbox> token_;
};

}  // namespace onhook::fakes
