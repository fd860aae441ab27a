// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/agent_timers.h"

#include <utility>

namespace onhook::fakes {

AgentTimers::Id AgentTimers::set(TimeNs delay, Job job) {
  const Id id = ++last_;
  const TimerId timer = env_.start_timer(Window::exactly(delay), [this, id, mailbox = mailbox_] {
    mailbox->post([this, id] { fire(id); });
  });
  pending_.emplace(id, Pending{timer, std::move(job)});
  return id;
}

/// A timer that went off just before it was cancelled has posted this in vain.
void AgentTimers::fire(Id id) {
  const auto it = pending_.find(id);
  if (it == pending_.end()) return;
  const Job job = std::move(it->second.job);
  pending_.erase(it);
  job();
}

void AgentTimers::cancel(Id id) {
  const auto it = pending_.find(id);
  if (it == pending_.end()) return;
  env_.stop_timer(it->second.timer);
  pending_.erase(it);
}

void AgentTimers::clear() {
  for (const auto& [id, pending] : pending_) env_.stop_timer(pending.timer);
  pending_.clear();
  deferred_.clear();
}

void AgentTimers::run_deferred() {
  for (std::size_t i = 0; i < deferred_.size(); ++i) {
    const Job job = std::move(deferred_[i]);
    job();
  }
  deferred_.clear();
}

}  // namespace onhook::fakes
