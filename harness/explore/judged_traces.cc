// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/judged_traces.h"

#include <algorithm>

namespace onhook {
namespace {

bool same_fact(const Fact& a, const Fact& b) {
  return a.time == b.time && a.verb == b.verb && a.detail == b.detail && a.actor == b.actor &&
         a.thread == b.thread;
}

bool same_lane(const Lane& a, const Lane& b) {
  return a.role == b.role && a.number == b.number && a.name == b.name;
}

std::uint64_t hash_of(const Trace& trace) {
  std::uint64_t hash = trace.facts.size();
  for (const Fact& fact : trace.facts) {
    const std::uint64_t words = std::uint64_t{fact.verb} << 32 | fact.detail;
    hash = (hash ^ words ^ static_cast<std::uint64_t>(fact.time)) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

bool JudgedTraces::has(const Trace& trace) {
  place_ = hash_of(trace) % kPlaces;
  const Trace& known = traces_[place_];
  return !known.facts.empty() && std::ranges::equal(known.facts, trace.facts, same_fact) &&
         std::ranges::equal(known.lanes, trace.lanes, same_lane);
}

void JudgedTraces::add(const Trace& trace) { traces_[place_] = trace; }

}  // namespace onhook
