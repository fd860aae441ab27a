// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/dpor/history.h"

#include <algorithm>

namespace onhook {

void History::cut(std::uint32_t kept) {
  for (std::uint32_t i = std::min(size_, timed_); i > kept;) {
    --i;
    for (const Touch& touch : events_[i].footprint) {
      if (touch.object == kTime) continue;
      Entries& entries = objects_[touch.object];
      while (!entries.empty() && entries.back().event >= kept) entries.pop_back();
    }
  }
  while (!in_vain_.empty() && in_vain_.back().owner >= kept) in_vain_.pop_back();
  while (!time_steps_.empty() && time_steps_.back() >= kept) time_steps_.pop_back();
  size_ = std::min(size_, kept);
  timed_ = std::min(timed_, kept);
}

void History::forget_order() {
  const std::uint32_t size = size_;
  std::deque<InVain> in_vain = std::move(in_vain_);
  in_vain_.clear();
  cut(0);
  in_vain_ = std::move(in_vain);
  size_ = size;
}

DporEvent& History::append_in_vain(std::uint32_t owner, std::uint32_t before) {
  return in_vain_.emplace_back(InVain{owner, before, {}}).event;
}

void History::find_races_in_vain() {
  for (InVain& in_vain : in_vain_) {
    if (in_vain.before != timed_) continue;
    if (in_vain.event.withheld) {
      find_withheld_races(timed_, in_vain.event);
    } else {
      find_races(timed_, in_vain.event, &in_vain.event);
    }
  }
}

/// What a bound withheld is dependent on all steps that used the bound up, whatever they touch.
void History::find_withheld_races(std::uint32_t i, DporEvent& event) {
  start_clock(event);
  for (std::uint32_t k = i; k-- > 0;) {
    const DporEvent& used = events_[k];
    if (event.clock.at(used.proc) < stamp(used, 0)) races_.push_back({k, i, &event});
  }
}

DporEvent& History::append() {
  if (size_ == events_.size()) events_.emplace_back();
  DporEvent& event = events_[size_++];
  event.values.clear();
  event.footprint.clear();
  event.clock.clear();
  event.enabled.reset();
  event.withheld = false;
  return event;
}

std::uint32_t History::acquisition(const Entries& entries, std::uint32_t release) const {
  const ProcId proc = events_[release].proc;
  for (std::size_t k = entries.size(); k-- > 0;) {
    const Entry& entry = entries[k];
    if (entry.event <= release && events_[entry.event].proc == proc &&
        (entry.touch.has(LockRole::acquire) || entry.touch.has(LockRole::attempt))) {
      return entry.event;
    }
  }
  return kNoEvent;  // locked before the race began
}

void History::collect(const Touch& touch, const DporEvent& event, std::uint32_t i) {
  const auto found = objects_.find(touch.object);
  if (found == objects_.end()) return;
  const Entries& entries = found->second;
  std::uint8_t open = touch.bytes;
  for (std::size_t k = entries.size(); k-- > 0 && open != 0;) {
    const Entry& entry = entries[k];
    if (!touch.write && !entry.touch.write) {
      k = entry.writes_until;  // reads commute, and of them there may be many
      continue;
    }
    if ((entry.touch.bytes & open) == 0 || !dependent(entry.touch, touch)) continue;
    if (entry.event == i) continue;
    std::uint32_t partner = entry.event;
    if (touch.has(LockRole::acquire) && entry.touch.has(LockRole::release) &&
        !entry.touch.has(LockRole::acquire) && !entry.touch.has(LockRole::attempt)) {
      partner = acquisition(entries, entry.event);
    } else if (event.may_block && events_[entry.event].proc != event.proc) {
      const Reversal reversal = this->reversal(entry.event, event);
      if (reversal != Reversal::yes) {
        // Tried by itself where nobody knows; what lies behind it is tried anyway.
        if (reversal == Reversal::unknown)
          candidates_.push_back({entry.event, entry.event, entry.touch.after});
        partner = last_open(entries, k, event.kind);
      }
    }
    candidates_.push_back({entry.event, partner, entry.touch.after});
    if (entry.touch.write) open &= static_cast<std::uint8_t>(~entry.touch.bytes);
  }
}

/// Could `second`, a step that waits for something, have happened without `first`? A process that
/// was at this very step already before `first` is known to have been ready or not.
History::Reversal History::reversal(std::uint32_t first, const DporEvent& b) const {
  const DporEvent& a = events_[first];
  if (!b.may_block) return Reversal::yes;
  if (b.kind == OpKind::thread_join) return Reversal::no;
  if (b.previous != kNoEvent ? b.previous < first : b.creator == kNoEvent || b.creator < first) {
    return a.enabled.test(b.proc) ? Reversal::yes : Reversal::no;
  }
  if (a.was_open >= 0) return a.was_open == 1 ? Reversal::yes : Reversal::no;
  if (a.kind == b.kind && a.wake == Wake::ready) return Reversal::yes;
  return Reversal::unknown;
}

/// The last event before entry `before` at which somebody who waits for the object could go on.
std::uint32_t History::last_open(const Entries& entries, std::size_t before, OpKind kind) const {
  if (kind == OpKind::thread_join || kind == OpKind::cond_reacquire) return kNoEvent;
  while (before-- > 0) {
    const DporEvent& event = events_[entries[before].event];
    if (event.was_open == 1 || (event.kind == kind && event.wake == Wake::ready)) {
      return entries[before].event;
    }
  }
  return kNoEvent;
}

/// Nothing comes after a step that moves time and could have come before it, nor the other way:
/// where one could be taken, the search tries all that could be taken instead.
void History::collect_time(const DporEvent& event, std::uint32_t i) {
  const std::uint32_t since = time_steps_.empty() ? 0 : time_steps_.back();
  // When time moves, the steps before are done to their ends.
  const std::uint8_t whole = event.moves_time ? 0xff : 0;
  for (std::uint32_t k = event.moves_time ? i : 0; k > since; --k) {
    candidates_.push_back({k - 1, kNoEvent, whole});
  }
  if (!time_steps_.empty()) candidates_.push_back({since, kNoEvent, whole});
}

void History::order(std::uint32_t i, std::span<const std::uint32_t> before) {
  DporEvent& event = events_[i];
  find_races(i, event, nullptr, before);
  event.clock.set(event.proc, stamp(event, 0));
  for (const Touch& touch : event.footprint) {
    if (touch.object == kTime) continue;
    Entries& entries = objects_[touch.object];
    std::uint32_t writes_until = 0;
    if (!entries.empty()) {
      writes_until = entries.back().touch.write ? static_cast<std::uint32_t>(entries.size())
                                                : entries.back().writes_until;
    }
    entries.push_back({i, touch, writes_until});
  }
  if (event.moves_time) time_steps_.push_back(i);
}

/// What comes before `event` in its own process.
void History::start_clock(DporEvent& event) const {
  event.clock.clear();
  if (event.previous != kNoEvent) {
    event.clock = events_[event.previous].clock;
  } else if (event.creator != kNoEvent) {
    join(event.clock, event.creator, event.created_after);
  }
}

/// Of `event`, which stands or would stand at place `i`, with those before; its clock, too.
void History::find_races(std::uint32_t i, DporEvent& event, const DporEvent* in_vain,
                         std::span<const std::uint32_t> before) {
  ClockVector& clock = event.clock;
  start_clock(event);
  if (event.scenario_event >= 0 && !before.empty()) {
    const std::uint32_t wanted = before[static_cast<std::size_t>(event.scenario_event)];
    for (std::uint32_t k = 0; wanted != 0 && k < i; ++k) {
      const int other = events_[k].scenario_event;
      if (other >= 0 && (wanted >> other & 1u) != 0) join(clock, k, 0);
    }
  }
  candidates_.clear();
  for (const Touch& touch : event.footprint) {
    if (touch.object != kTime) collect(touch, event, i);
  }
  collect_time(event, i);
  // The newest first: what a newer one comes after is no immediate predecessor. A release stands
  // where its acquisition is, which is what the reversal would have to overtake.
  std::ranges::sort(candidates_, [](const Candidate& a, const Candidate& b) {
    const std::uint32_t x = a.partner == kNoEvent ? a.event : a.partner;
    const std::uint32_t y = b.partner == kNoEvent ? b.event : b.partner;
    return x != y ? x > y : a.event > b.event;
  });
  for (const Candidate& c : candidates_) {
    if (c.partner == kNoEvent) {
      join(clock, c.event, c.after);  // it had to come first, and all that came before it
      continue;
    }
    const DporEvent& partner = events_[c.partner];
    if (partner.proc == event.proc || clock.at(partner.proc) >= stamp(partner, 0)) continue;
    races_.push_back({c.partner, i, in_vain});
    // What let the step go on orders nothing yet: the race is about doing without it.
    if (c.partner == c.event) join(clock, c.event, c.after);
  }
  for (const Candidate& c : candidates_) join(clock, c.event, c.after);
}

}  // namespace onhook
