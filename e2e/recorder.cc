// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/recorder.h"

#include <algorithm>

#include "e2e/main_loop.h"
#include "harness/base/strings.h"

namespace onhook::e2e {

Recorder::Recorder() : start_(now()), latest_(start_) {}

void Recorder::new_thread(std::string_view lane, std::string_view role) {
  const auto older = std::ranges::count(trace_.lanes, role, &Lane::role);
  trace_.lanes.push_back(
      {std::string(lane), std::string(role), role.empty() ? 0 : 1 + static_cast<unsigned>(older)});
}

ThreadId Recorder::lane_of(std::string_view name, std::string_view role) {
  const auto same = [&](const Lane& lane) { return lane.name == name && lane.role == role; };
  auto found = std::find_if(trace_.lanes.rbegin(), trace_.lanes.rend(), same);
  if (found == trace_.lanes.rend()) {
    new_thread(name, role);
    found = trace_.lanes.rbegin();
  }
  return static_cast<ThreadId>(trace_.lanes.rend() - found - 1);
}

void Recorder::record(std::string_view lane, std::string_view role, std::string_view actor,
                      std::string_view verb, std::string_view detail) {
  if (stopped_) return;
  latest_ = now();
  const auto number = static_cast<std::uint32_t>(trace_.facts.size());
  trace_.facts.push_back(
      {number, lane_of(lane, role), latest_ - start_, intern(actor), intern(verb), intern(detail)});
}

TimeNs Recorder::silence() const { return now() - latest_; }

}  // namespace onhook::e2e
