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

/// The storage is kept from edge to edge.
void LockRecorder::set_key(const LockEdge& edge) {
  key_ = {judge_.key_of(edge.thread),
          edge.held.lock,
          static_cast<std::uintptr_t>(edge.held.mode),
          edge.wanted,
          static_cast<std::uintptr_t>(edge.wanted_mode),
          edge.wants.pc};
  for (const HeldLock& held : edge.all_held) {
    key_.push_back(held.lock);
    key_.push_back(static_cast<std::uintptr_t>(held.mode));
  }
}

std::size_t LockRecorder::place_of(const LockEdge& edge, std::size_t& run,
                                   const std::function<RecordedRun()>& make_run) {
  set_key(edge);
  const auto [it, fresh] = places_.try_emplace(key_, record_.edges.size());
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

LockRecorder::Known& LockRecorder::known_in(KnownTable& table, std::size_t row,
                                            std::size_t column) {
  if (row >= table.size()) table.resize(row + 1);
  std::vector<Known>& cells = table[row];
  if (column >= cells.size()) cells.resize(column + 1, 0);
  return cells[column];
}

void LockRecorder::note_threads() {
  threads_.clear();
  for (std::size_t t = 0; t < judge_.threads(); ++t) {
    const std::uint64_t key = judge_.key_of(static_cast<ThreadId>(t));
    threads_.push_back(thread_numbers_.try_emplace(key, thread_numbers_.size()).first->second);
  }
}

void LockRecorder::note_neighbours(const LockEdge& edge, std::size_t place) {
  for (std::size_t t = 0; t < threads_.size(); ++t) {
    if (t == edge.thread) continue;
    Known& known = known_in(neighbours_, place, threads_[t]);
    if (known == kAll) continue;
    const auto other = static_cast<ThreadId>(t);
    const bool is_apart = judge_.is_apart(edge, other);
    const Known bit = is_apart ? 1 : 2;
    if ((known & bit) != 0) continue;
    known |= bit;
    RecordedEdge& recorded = record_.edges[place];
    (is_apart ? recorded.apart : recorded.met).insert(judge_.key_of(other));
  }
}

void LockRecorder::note_pair(std::size_t i, std::size_t j) {
  const auto [low, high] = std::minmax(at_[i], at_[j]);
  Known& known = known_in(pairs_, high, low);
  if (known == kAll) return;
  if (low == high || record_.edges[low].thread == record_.edges[high].thread) {
    known = kAll;
    return;
  }
  if (known == 0) record_.together.insert({low, high});
  known |= 1;
  if (judge_.lock_order().are_ordered(i, j)) return;
  record_.at_once.insert({low, high});
  known = kAll;
}

void LockRecorder::execution_ended(const std::function<RecordedRun()>& make_run) {
  const LockOrder& order = judge_.lock_order();
  std::size_t run = kNoRun;
  at_.clear();
  note_threads();
  for (std::size_t i = 0; i < order.size(); ++i) {
    at_.push_back(place_of(order.edge(i), run, make_run));
    note_neighbours(order.edge(i), at_.back());
  }
  for (std::size_t i = 0; i < at_.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) note_pair(i, j);
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
