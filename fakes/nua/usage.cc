// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/usage.h"

#include <algorithm>

#include "fakes/nua/handle.h"
#include "fakes/nua/user_agent.h"

namespace onhook::fakes {

Usage::~Usage() { stop_refresh(); }

void Usage::refresh_within(long min_s, long max_s) {
  stop_refresh();
  UserAgent& agent = handle_.agent();
  max_s = std::max(min_s, max_s);
  const auto span = static_cast<std::uint64_t>(max_s - min_s) + 1;
  const long delay = min_s + static_cast<long>(span == 1 ? 0 : agent.env().random() % span);
  refresh_timer_ = agent.timers().set(delay * kSecond, [this] {
    refresh_timer_ = AgentTimers::kNone;
    refresh();
  });
}

void Usage::refresh_before(long delta_s) {
  if (delta_s <= 0) return stop_refresh();
  if (delta_s > 90 && delta_s < 5 * 60) return refresh_within(delta_s - 60, delta_s - 30);
  const long quarter = std::max(1L, (delta_s + 2) / 4);
  refresh_within(quarter, quarter + (delta_s + 1) / 2);
}

void Usage::stop_refresh() {
  handle_.agent().timers().cancel(refresh_timer_);
  refresh_timer_ = AgentTimers::kNone;
}

}  // namespace onhook::fakes
