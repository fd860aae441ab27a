// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/reads_from.h"

#include <algorithm>

#include "harness/base/prng.h"

namespace onhook {
namespace {

bool has_choice(OpKind kind) {
  switch (kind) {
    case OpKind::thread_start:
    case OpKind::thread_exit:
    case OpKind::thread_join:
    case OpKind::sleep:
    case OpKind::yield:
      return false;
    default:
      return true;
  }
}

bool is_lock(OpKind kind) {
  return kind == OpKind::lock || kind == OpKind::try_lock || kind == OpKind::read_lock;
}

bool only_writes(OpKind kind) { return kind == OpKind::atomic_store || kind == OpKind::write; }

}  // namespace

std::size_t Sites::Hash::operator()(const Key& key) const {
  return Prng(key.where ^ (key.object * 0x9e3779b97f4a7c15u) ^
              (static_cast<std::uint64_t>(key.kind) << 56))
      .next();
}

SiteId Sites::of_pending(const Thread& thread) {
  const Operation& op = thread.pending;
  if (op.object == kNoObject || op.access == Access::none || !has_choice(op.kind)) return kInitial;
  std::uintptr_t where = op.pc;
  if (where == 0) where = thread.calls.empty() ? thread.key : thread.calls.back();
  const auto [found, is_new] =
      numbers_.try_emplace({where, op.object, op.kind}, static_cast<SiteId>(sites_.size()));
  if (!is_new) {
    Site& known = sites_[found->second];
    if (known.thread != thread.key) known.several_threads = true;
    return found->second;
  }
  const auto [object, new_object] =
      objects_.try_emplace(op.object, static_cast<std::uint32_t>(objects_.size()));
  if (new_object) at_.emplace_back();
  Site site;
  site.object = object->second;
  site.writes = op.access == Access::write;
  site.reads = !only_writes(op.kind);
  site.is_lock = is_lock(op.kind);
  site.thread = thread.key;
  at_[site.object].push_back(found->second);
  sites_.push_back(site);
  guarded_.emplace_back();
  return found->second;
}

void Sites::add_guarded(SiteId lock, SiteId site) {
  std::vector<SiteId>& guarded = guarded_[lock];
  if (std::ranges::find(guarded, site) == guarded.end()) guarded.push_back(site);
}

void ReadsFromTrace::restart() {
  std::ranges::fill(last_writes_, kInitial);
  pairs_.clear();
  sorted_ = 0;
}

void ReadsFromTrace::on_step(const Sites& sites, SiteId site) {
  if (site == kInitial) return;
  const Sites::Site& s = sites[site];
  if (s.object >= last_writes_.size()) last_writes_.resize(sites.objects(), kInitial);
  if (s.reads) pairs_.push_back({site, last_writes_[s.object]});
  if (s.writes) last_writes_[s.object] = site;
}

const std::vector<ReadsFrom>& ReadsFromTrace::pairs() {
  if (sorted_ != pairs_.size()) {
    std::ranges::sort(pairs_);
    pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
    sorted_ = pairs_.size();
  }
  return pairs_;
}

}  // namespace onhook
