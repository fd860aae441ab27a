// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/trace_recorder.h"

#include <algorithm>
#include <span>

namespace onhook {

void TraceRecorder::record(std::uint32_t step, const Thread& thread, TimeNs now, StringId actor,
                           StringId verb, StringId detail) {
  trace_.facts.push_back({step, thread.id, now, actor, verb, detail});
}

void TraceRecorder::lane(const Thread& thread) {
  if (trace_.lanes.size() <= thread.id) trace_.lanes.resize(thread.id + 1u);
  trace_.lanes[thread.id].name.assign(thread.name.data(), thread.name.size());
  trace_.lanes[thread.id].role.assign(thread.role.data(), thread.role.size());
  trace_.lanes[thread.id].number = 0;
  if (thread.role.empty()) return;
  const auto older = std::span(trace_.lanes).first(thread.id);
  const std::string& role = trace_.lanes[thread.id].role;
  trace_.lanes[thread.id].number =
      1 + static_cast<unsigned>(std::ranges::count(older, role, &Lane::role));
}

void TraceRecorder::rewind_to(const Mark& mark) {
  trace_.facts.resize(mark.facts);
  trace_.lanes.resize(mark.lanes);
}

}  // namespace onhook
