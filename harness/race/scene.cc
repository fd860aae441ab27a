// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/scene.h"

#include <algorithm>

namespace onhook {

Deed Scene::deed(std::string what, const Moment& moment, std::uintptr_t address,
                 std::uint32_t bytes) const {
  Deed deed;
  deed.what = std::move(what);
  deed.thread = moment.thread;
  deed.thread_name = "the world";  // a fake, or the harness
  if (moment.thread < now_.names.size()) deed.thread_name = now_.names[moment.thread];
  deed.stack = stacks_.frames(moment.stack, moment.pc);
  deed.address = address;
  deed.bytes = bytes;
  deed.step = moment.step;
  deed.time = time_of(moment.step);
  deed.locks = lock_sets_[moment.locks];
  return deed;
}

Deed Scene::deed_now(std::string what, const Thread& thread, std::uintptr_t pc,
                     std::uintptr_t address, std::uint32_t bytes) {
  return deed(std::move(what), moment(thread, pc), address, bytes);
}

TimeNs Scene::time_of(std::uint32_t step) const {
  const auto after = std::ranges::upper_bound(times_, step, {}, &Instant::step);
  return after == times_.begin() ? 0 : std::prev(after)->time;
}

const std::vector<HeldLock>& Scene::held(ThreadId thread) const {
  static const std::vector<HeldLock> none;
  return thread < now_.held.size() ? now_.held[thread] : none;
}

void Scene::held_changed(ThreadId thread) {
  std::vector<ObjectId> locks;
  for (const HeldLock& h : now_.held[thread]) locks.push_back(h.lock);
  const auto [it, fresh] =
      lock_set_ids_.try_emplace(locks, static_cast<LockSetId>(lock_sets_.size()));
  if (fresh) lock_sets_.push_back(std::move(locks));
  if (thread >= now_.lock_sets.size()) now_.lock_sets.resize(thread + 1u);
  now_.lock_sets[thread] = it->second;
}

const Scene::BlockState* Scene::find(const Blocks& blocks, std::uintptr_t address,
                                     std::uintptr_t* begin) {
  auto after = blocks.upper_bound(address);
  if (after == blocks.begin()) return nullptr;
  --after;
  if (address - after->first >= std::max<std::size_t>(after->second.bytes, 1)) return nullptr;
  if (begin != nullptr) *begin = after->first;
  return &after->second;
}

const Scene::BlockState* Scene::block_at(std::uintptr_t address, std::uintptr_t* begin) const {
  const BlockState* fresh = find(fresh_blocks_, address, begin);
  return fresh != nullptr ? fresh : find(blocks_, address, begin);
}

std::optional<Block> Scene::block(std::uintptr_t address) const {
  std::uintptr_t begin = 0;
  const BlockState* state = block_at(address, &begin);
  if (state == nullptr) return std::nullopt;
  return described(begin, *state);
}

Block Scene::described(std::uintptr_t begin, const BlockState& state) const {
  Block block;
  block.begin = begin;
  block.bytes = state.bytes;
  block.allocated = deed("allocates it", state.allocated);
  if (state.is_freed) block.freed = deed("frees it", state.freed);
  return block;
}

std::optional<Block> Scene::block_near(std::uintptr_t address) const {
  const Blocks::value_type* nearest = nullptr;
  std::uintptr_t distance = ~std::uintptr_t{0};
  const auto try_this = [&](const Blocks::value_type& block, std::uintptr_t away) {
    if (away >= distance) return;
    distance = away;
    nearest = &block;
  };
  for (const Blocks* blocks : {&blocks_, &fresh_blocks_}) {
    const auto after = blocks->upper_bound(address);
    if (after != blocks->begin()) {
      const auto& before = *std::prev(after);
      try_this(before, address - (before.first + before.second.bytes));
    }
    if (after != blocks->end()) try_this(*after, after->first - address);
  }
  if (nearest == nullptr) return std::nullopt;
  return described(nearest->first, nearest->second);
}

void Scene::on_race_begins() {
  racing_ = true;
  at_race_ = now_;
  times_at_race_ = times_.size();
}

void Scene::on_execution_begins() {
  now_ = at_race_;
  times_.resize(times_at_race_);
  stacks_.forget_threads();
  fresh_blocks_.clear();
  for (const std::uintptr_t block : freed_since_) blocks_[block].is_freed = false;
  freed_since_.clear();
}

void Scene::on_spawn(const Thread& child) {
  if (child.id >= now_.names.size()) now_.names.resize(child.id + 1u);
  now_.names[child.id] = child.name;
}

void Scene::on_step(std::uint32_t step, TimeNs now) {
  step_ = step;
  if (times_.empty() || times_.back().time != now) times_.push_back({step, now});
}

void Scene::on_lock(const Thread& thread, const LockEvent& event) {
  if (thread.id >= now_.held.size()) now_.held.resize(thread.id + 1u);
  now_.held[thread.id].push_back({event.lock, event.mode, moment(thread, event.pc)});
  held_changed(thread.id);
}

void Scene::on_unlock(const Thread& thread, const LockEvent& event) {
  const auto take_from = [&](ThreadId owner) {
    std::vector<HeldLock>& held = now_.held[owner];
    for (std::size_t i = held.size(); i-- > 0;) {
      if (held[i].lock != event.lock) continue;
      held.erase(held.begin() + static_cast<std::ptrdiff_t>(i));
      held_changed(owner);
      return true;
    }
    return false;
  };
  if (thread.id < now_.held.size() && take_from(thread.id)) return;
  // Another thread's, which is wrong, but then nobody holds it any more.
  for (std::size_t owner = 0; owner < now_.held.size(); ++owner) {
    if (take_from(static_cast<ThreadId>(owner))) return;
  }
}

Moment Scene::moment_of(const Thread* thread) {
  if (thread == nullptr) return {};
  return moment(*thread, thread->call_pc());
}

void Scene::on_allocate(const Thread* thread, std::uintptr_t block, std::size_t bytes) {
  Blocks& blocks = racing_ ? fresh_blocks_ : blocks_;
  blocks[block] = {bytes, moment_of(thread)};
}

void Scene::on_free(const Thread* thread, std::uintptr_t block) {
  auto it = fresh_blocks_.find(block);
  const bool fresh = it != fresh_blocks_.end();
  if (!fresh) it = blocks_.find(block);
  if (it == blocks_.end() || it->second.is_freed) return;
  it->second.is_freed = true;
  it->second.freed = moment_of(thread);
  if (!fresh && racing_) freed_since_.push_back(block);
}

}  // namespace onhook
