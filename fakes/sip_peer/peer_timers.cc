// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/sip_peer/peer_timers.h"

#include <utility>

namespace onhook::fakes {

PeerTimers::Id PeerTimers::set(TimeNs delay, Job job) {
  if (!mailbox_) {
    mailbox_ = env_.make_mailbox(lane_);
    env_.spawn(lane_, [this] { run(); });
  }
  const Id id = ++last_;
  mailbox_->post([this, id, due = env_.now() + delay, job = std::move(job)] {
    pending_[id] = queue_.set(due, [this, id, job] {
      pending_.erase(id);
      job();
    });
  });
  return id;
}

void PeerTimers::cancel(Id id) {
  if (id == kNone) return;
  mailbox_->post([this, id] {
    const auto it = pending_.find(id);
    if (it == pending_.end()) return;
    queue_.cancel(it->second);
    pending_.erase(it);
  });
}

void PeerTimers::run() {
  while (true) {
    queue_.run_due(env_.now());
    if (auto job = mailbox_->take(queue_.wait_from(env_.now()))) (*job)();
  }
}

}  // namespace onhook::fakes
