// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/rff.h"

#include <fmt/format.h>

#include <algorithm>

namespace onhook {
namespace {

constexpr SiteId kUnknown = ~0u;
constexpr std::uint32_t kMaxEnergy = 16;     // mutants of one schedule in a row
constexpr std::size_t kMaxConstraints = 12;  // more are hardly ever all met

std::uint64_t signature_of(const std::vector<ReadsFrom>& pairs) {
  std::uint64_t hash = 0;
  for (const auto& [read, write] : pairs) {
    hash = Prng(hash ^ (static_cast<std::uint64_t>(read) << 32 | write)).next();
  }
  return hash;
}

void add(AbstractSchedule& schedule, const Constraint& constraint) {
  const auto at = std::ranges::lower_bound(schedule, constraint);
  if (at == schedule.end() || *at != constraint) schedule.insert(at, constraint);
}

}  // namespace

std::string RffStrategy::bound() const {
  return fmt::format("reads-from fuzzing ({} pairs seen, {} sets of pairs)", seen_.size(),
                     frequency_.size());
}

Chooser* RffStrategy::next() {
  begin_execution();
  schedule_ = draw_schedule();
  priorities_.restart();
  trace_.restart();
  guide_.restart(schedule_, 2 * length_ + 64);
  pending_.clear();
  for (auto& locks : locks_) locks.clear();
  choices_ = 0;
  return this;
}

void RffStrategy::finished(const Feedback&) {
  if (execution_ == 1) length_ = choices_;
  const std::vector<ReadsFrom>& pairs = trace_.pairs();
  seen_.insert(pairs.begin(), pairs.end());
  meet_new_sites();
  const std::uint64_t signature = signature_of(pairs);
  if (++frequency_[signature] == 1) kept_.push_back({schedule_, pairs, signature, 0});
}

void RffStrategy::meet_new_sites() {
  for (; met_ < sites_.count(); ++met_) {
    const auto site = static_cast<SiteId>(met_);
    if (sites_[site].reads) add_untried({site, kInitial});
    for (const SiteId other : sites_.at(sites_[site].object)) {
      if (other > site) continue;
      if (sites_[site].reads && sites_[other].writes) add_untried({site, other});
      if (other != site && sites_[other].reads && sites_[site].writes) {
        add_untried({other, site});
      }
    }
    if (sites_[site].reads) reads_.push_back(site);
  }
}

void RffStrategy::add_untried(const ReadsFrom& pair) {
  const Sites::Site& read = sites_[pair.read];
  const Sites::Site& write = sites_[pair.write];
  const bool alone = pair.write != kInitial && !read.several_threads && !write.several_threads &&
                     read.thread == write.thread;
  (alone ? untried_alone_ : untried_).push_back({pair, 0});
}

bool RffStrategy::draw_untried(ReadsFrom& pair) {
  while (!untried_.empty() || !untried_alone_.empty()) {
    std::vector<Untried>& untried = untried_.empty() ? untried_alone_ : untried_;
    Untried& drawn = untried[prng_.below(untried.size())];
    pair = drawn.pair;
    if (++drawn.trials == kTrials || seen_.contains(pair)) {
      drawn = untried.back();
      untried.pop_back();
    }
    if (!seen_.contains(pair)) return true;
  }
  return false;
}

AbstractSchedule RffStrategy::draw_schedule() {
  if (kept_.empty()) return {};
  ReadsFrom pair;
  const std::uint64_t earlier = execution_ - 1;
  if (earlier % 4 != 0 && draw_untried(pair)) return {{pair, Polarity::some}};
  if (energy_ == 0) {
    // Sets that came up more often than the average are passed over.
    const std::uint64_t average = earlier / frequency_.size() + 1;
    for (std::size_t i = 0; i < kept_.size(); ++i) {
      turn_ = (turn_ + 1) % kept_.size();
      if (frequency_[kept_[turn_].signature] <= average) break;
    }
    Kept& kept = kept_[turn_];
    const std::uint64_t energy = (1ull << std::min(kept.rounds, 10u)) / frequency_[kept.signature];
    energy_ = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(energy, 1, kMaxEnergy));
    ++kept.rounds;
  }
  --energy_;
  return mutant_of(kept_[turn_]);
}

bool RffStrategy::draw_pair(ReadsFrom& pair) {
  if (reads_.empty()) return false;
  pair.read = reads_[prng_.below(reads_.size())];
  const std::vector<SiteId>& sites = sites_.at(sites_[pair.read].object);
  const auto writes =
      std::ranges::count_if(sites, [&](SiteId site) { return sites_[site].writes; });
  std::uint64_t nth = prng_.below(static_cast<std::uint64_t>(writes) + 1);
  pair.write = kInitial;
  for (const SiteId site : sites) {
    if (sites_[site].writes && nth-- == 1) pair.write = site;
  }
  return true;
}

AbstractSchedule RffStrategy::mutant_of(const Kept& kept) {
  AbstractSchedule schedule = kept.schedule;
  ReadsFrom pair;
  if (schedule.size() >= kMaxConstraints) {
    schedule.erase(schedule.begin() + static_cast<std::ptrdiff_t>(prng_.below(schedule.size())));
  }
  const std::uint64_t times = 1 + prng_.below(2);
  for (std::uint64_t i = 0; i < times; ++i) {
    const auto any = [&] {
      return schedule.begin() + static_cast<std::ptrdiff_t>(prng_.below(schedule.size()));
    };
    switch (schedule.empty() ? 0 : prng_.below(5)) {
      case 0:
      case 1:
        if (draw_pair(pair)) add(schedule, {pair, Polarity::some});
        break;
      case 2: {  // what this schedule led to is made certain, or ruled out
        if (kept.pairs.empty()) break;
        const ReadsFrom had = kept.pairs[prng_.below(kept.pairs.size())];
        add(schedule, {had, prng_.below(2) == 0 ? Polarity::some : Polarity::none});
        break;
      }
      case 3:
        schedule.erase(any());
        break;
      default: {
        const auto at = any();
        Constraint turned = *at;
        turned.polarity = turned.polarity == Polarity::some ? Polarity::none : Polarity::some;
        schedule.erase(at);
        add(schedule, turned);
        break;
      }
    }
  }
  return schedule;
}

SiteId RffStrategy::site_of(const Candidate& candidate) {
  if (candidate.thread >= pending_.size()) pending_.resize(candidate.thread + 1u, kUnknown);
  SiteId& site = pending_[candidate.thread];
  if (site == kUnknown) site = sites_.of_pending(*candidate.state);
  return site;
}

std::size_t RffStrategy::choose_thread(const ChoicePoint& point) {
  ++choices_;
  const auto& among = competitors_.among(point, prng_);
  pending_sites_.clear();
  for (const std::size_t i : among) pending_sites_.push_back(site_of(point.candidates[i]));
  guide_.begin_choice(pending_sites_, sites_);
  std::size_t best = among.front();
  std::uint64_t best_priority = 0;
  bool best_held = true;
  for (const std::size_t i : among) {
    const Candidate& c = point.candidates[i];
    const bool held = guide_.holds_back(site_of(c), sites_, trace_);
    const std::uint64_t priority = priorities_.of(c.thread, prng_);
    if (held == best_held ? priority > best_priority : best_held) {
      best = i;
      best_priority = priority;
      best_held = held;
    }
  }
  return best;
}

void RffStrategy::learn_guard(const Thread& thread, SiteId site) {
  if (thread.id >= locks_.size()) locks_.resize(thread.id + 1u);
  auto& locks = locks_[thread.id];
  if (sites_[site].is_lock) {
    locks.emplace_back(thread.pending.object, site);
    return;
  }
  if (thread.held.empty()) return;
  const auto latest = std::find_if(locks.rbegin(), locks.rend(), [&](const auto& lock) {
    return lock.first == thread.held.back();
  });
  if (latest != locks.rend()) sites_.add_guarded(latest->second, site);
}

void RffStrategy::on_step(const ChoicePoint& point, const Candidate& taken) {
  const SiteId site = site_of(taken);
  if (site != kInitial) learn_guard(*taken.state, site);
  guide_.on_step(site, sites_, trace_);
  trace_.on_step(sites_, site);
  pending_[taken.thread] = kUnknown;
  priorities_.on_step(point, taken);
}

}  // namespace onhook
