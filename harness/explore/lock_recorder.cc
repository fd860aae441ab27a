// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/lock_recorder.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>

#include "harness/host/world_memory.h"

namespace onhook {
namespace {

constexpr std::size_t kNoRun = SIZE_MAX;

/// The world's memory lies at the same addresses in each process; an object's data does not.
std::string id_of(ObjectId lock, const std::string& name) {
  const auto* address = reinterpret_cast<const void*>(lock);
  Dl_info info{};
  if (WorldMemory::contains(address) || ::dladdr(address, &info) == 0) {
    return fmt::format("{:#x}", lock);
  }
  return fmt::format("{} +{:#x}", name, lock - reinterpret_cast<std::uintptr_t>(info.dli_fbase));
}

}  // namespace

RecordedLock LockRecorder::named(ObjectId lock, LockMode mode) const {
  const std::string name = names_.lock_name(lock);
  return {id_of(lock, name), name, mode == LockMode::shared};
}

RecordedEdge LockRecorder::named(const LockEdge& edge) {
  RecordedEdge out;
  out.thread = judge_.key_of(edge.thread);
  out.held = named(edge.held.lock, edge.held.mode);
  out.wanted = named(edge.wanted, edge.wanted_mode);
  for (const HeldLock& held : edge.all_held) out.gates.push_back(named(held.lock, held.mode));
  std::ranges::sort(out.gates, {}, &RecordedLock::id);
  Finding about{"LOCK", "", edge.held.lock, judge_.deeds_of(edge), judge_.block_of(edge.held.lock)};
  const NamedFindings::Object object = names_.object_of(about);
  out.object = object.name;
  out.object_detail = object.detail;
  out.address = edge.held.lock;
  out.locks = names_.named(about.deeds[0]);
  out.then_locks = names_.named(about.deeds[1]);
  return out;
}

LockRecorder::Key LockRecorder::key_of(const LockEdge& edge) const {
  Key key = {judge_.key_of(edge.thread),
             edge.held.lock,
             static_cast<std::uintptr_t>(edge.held.mode),
             edge.wanted,
             static_cast<std::uintptr_t>(edge.wanted_mode),
             edge.wants.pc};
  for (const HeldLock& held : edge.all_held) {
    key.push_back(held.lock);
    key.push_back(static_cast<std::uintptr_t>(held.mode));
  }
  return key;
}

std::size_t LockRecorder::place_of(const LockEdge& edge, std::size_t& run,
                                   const std::function<RecordedRun()>& make_run) {
  const auto [it, fresh] = places_.try_emplace(key_of(edge), record_.edges.size());
  if (!fresh) return it->second;
  RecordedEdge seen = named(edge);
  const auto known = std::ranges::find_if(
      record_.edges, [&](const RecordedEdge& other) { return other.same_as(seen); });
  it->second = static_cast<std::size_t>(known - record_.edges.begin());
  if (known != record_.edges.end()) return it->second;
  if (run == kNoRun) {
    run = record_.runs.size();
    record_.runs.push_back(make_run());
  }
  seen.run = run;
  record_.edges.push_back(std::move(seen));
  return it->second;
}

void LockRecorder::execution_ended(const std::function<RecordedRun()>& make_run) {
  const LockOrder& order = judge_.lock_order();
  std::size_t run = kNoRun;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < order.size(); ++i) {
    places.push_back(place_of(order.edge(i), run, make_run));
    RecordedEdge& edge = record_.edges[places.back()];
    const LockJudge::Neighbours neighbours = judge_.neighbours_of(order.edge(i));
    edge.apart.insert(neighbours.apart.begin(), neighbours.apart.end());
    edge.met.insert(neighbours.met.begin(), neighbours.met.end());
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const auto [low, high] = std::minmax(places[i], places[j]);
      if (low == high || record_.edges[low].thread == record_.edges[high].thread) continue;
      record_.together.insert({low, high});
      if (!order.are_ordered(i, j)) record_.at_once.insert({low, high});
    }
  }
}

std::vector<std::string> LockRecorder::shown() const {
  std::vector<std::string> out;
  const LockOrder& order = judge_.lock_order();
  for (std::size_t i = 0; i < order.size(); ++i) {
    const LockEdge& edge = order.edge(i);
    out.push_back(shown_by(judge_.deeds_of(edge).back().thread_name,
                           names_.lock_name(edge.held.lock), names_.lock_name(edge.wanted)));
  }
  return out;
}

}  // namespace onhook
