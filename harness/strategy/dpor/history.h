// SPDX-License-Identifier: GPL-3.0-or-later
// The events of one execution in order, what each touched, and from that happens-before and the
// races that can be reversed. Events are appended; the execution may be cut back to a prefix and go
// on differently, and what was computed for the prefix stays.
//
// Happens-before is the smallest order that contains program order, thread creation, the order of
// dependent steps and the scenario's forced order of events.
#pragma once

#include <bitset>
#include <deque>
#include <span>
#include <unordered_map>
#include <vector>

#include "harness/strategy/dpor/clock_vector.h"
#include "harness/strategy/dpor/footprint.h"

namespace onhook {

inline constexpr std::size_t kMaxProcs = 256;
using ProcSet = std::bitset<kMaxProcs>;
inline constexpr std::uint32_t kNoEvent = ~0u;

/// A value chosen inside a step.
struct ChosenValue {
  std::uint32_t value;
  std::uint32_t n;
  friend bool operator==(const ChosenValue&, const ChosenValue&) = default;
};

struct DporEvent {
  ProcId proc = 0;
  std::uint32_t number = 0;  ///< nth of its process, from 1
  Wake wake = Wake::ready;
  OpKind kind = OpKind::yield;
  bool may_block = false;  ///< waits for a condition other than a free lock
  /// Of a step that lets waiters go on: could they have gone on before? -1: not known.
  std::int8_t was_open = -1;
  bool moves_time = false;            ///< a late timeout or a yield, see kTime
  bool withheld = false;              ///< by a bound: it could have come before any other
  std::int16_t scenario_event = -1;   ///< one that the order in force mentions
  std::uint32_t previous = kNoEvent;  ///< of the same process
  std::uint32_t creator = kNoEvent;   ///< first of its process: the event that made it
  std::uint8_t created_after = 0;     ///< that event's effects before
  std::vector<ChosenValue> values;
  Footprint footprint;
  ClockVector clock;
  ProcSet enabled;  ///< who could have gone instead

  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.proc, self.number, self.wake, self.kind, self.may_block, self.was_open, self.moves_time,
      self.withheld, self.scenario_event, self.previous, self.creator, self.created_after,
      self.values, self.footprint, self.clock, self.enabled);
  }
};

/// first could have come after second. Where second did not happen at all, `in_vain` is what would
/// have, right before the event number `second`.
struct Race {
  std::uint32_t first;
  std::uint32_t second;
  const DporEvent* in_vain = nullptr;
};

class History {
 public:
  /// Forgets the events from `kept` on.
  void cut(std::uint32_t kept);
  /// Every event is new to order_new_events() again.
  void forget_order();
  /// A new last event, without footprint yet.
  DporEvent& append();
  DporEvent& operator[](std::uint32_t i) { return events_[i]; }
  const DporEvent& operator[](std::uint32_t i) const { return events_[i]; }
  std::uint32_t size() const { return size_; }
  /// A timeout that could have come in place of, or right before, the event number `before`. It is
  /// part of the event number `owner` and goes with it.
  DporEvent& append_in_vain(std::uint32_t owner, std::uint32_t before);
  /// Events [0, timed()) have their clocks.
  std::uint32_t timed() const { return timed_; }

  /// Orders the events that have not been looked at yet and reports their races with earlier ones.
  /// `before`: by scenario event, those that must come before it.
  template <class OnRace>
  void order_new_events(std::span<const std::uint32_t> before, OnRace on_race) {
    races_.clear();
    for (; timed_ < size_; ++timed_) {
      find_races_in_vain();
      order(timed_, before);
    }
    find_races_in_vain();
    for (const Race& race : races_) on_race(race);
  }

  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.events_, self.size_, self.timed_, self.time_steps_, self.objects_, self.in_vain_);
  }

  bool happens_before(std::uint32_t a, std::uint32_t b) const {
    return events_[b].clock.at(events_[a].proc) >= stamp(events_[a], 0);
  }
  /// The same for what step a did after its first `effects` effects. What orders step b after step
  /// a may have been a's operation or an earlier effect: then this is not ordered.
  bool happens_before(std::uint32_t a, std::uint8_t effects, std::uint32_t b) const {
    return events_[a].proc == events_[b].proc ||
           events_[b].clock.at(events_[a].proc) > stamp(events_[a], effects);
  }
  /// Effects beyond so many are taken together.
  static constexpr std::uint8_t kMaxEffects = 0xfe;

 private:
  /// Clocks count a process's steps and, within each, its effects.
  static std::uint32_t stamp(const DporEvent& event, std::uint8_t effects) {
    return event.number << 8 | effects;
  }
  /// What came before this point of event `k` came before `clock`.
  void join(ClockVector& clock, std::uint32_t k, std::uint8_t effects) const {
    clock.join(events_[k].clock);
    clock.raise(events_[k].proc, stamp(events_[k], effects));
  }

  std::vector<std::uint32_t> time_steps_;  ///< events that move time, of those timed

  struct Entry {
    std::uint32_t event;
    Touch touch;
    std::uint32_t writes_until;  ///< one more than the index of the last write before it, 0: none
  };
  using Entries = std::vector<Entry>;

  /// The steps between the last that moved time and this one, or that one.
  void collect_time(const DporEvent& event, std::uint32_t i);
  void order(std::uint32_t i, std::span<const std::uint32_t> before);
  /// The newest entries that `touch` depends on, the newest first.
  void collect(const Touch& touch, const DporEvent& event, std::uint32_t i);
  void find_races(std::uint32_t i, DporEvent& event, const DporEvent* in_vain,
                  std::span<const std::uint32_t> before = {});
  void find_races_in_vain();
  void start_clock(DporEvent& event) const;
  void find_withheld_races(std::uint32_t i, DporEvent& event);
  std::uint32_t acquisition(const Entries& entries, std::uint32_t release) const;
  enum class Reversal : std::uint8_t { no, yes, unknown };
  Reversal reversal(std::uint32_t first, const DporEvent& second) const;
  std::uint32_t last_open(const Entries& entries, std::size_t before, OpKind kind) const;

  struct InVain {
    std::uint32_t owner;
    std::uint32_t before;
    DporEvent event;

    template <class Self, class Archive>
    static void archive(Self& self, Archive& a) {
      a(self.owner, self.before, self.event);
    }
  };
  std::deque<InVain> in_vain_;
  std::vector<DporEvent> events_;
  std::uint32_t size_ = 0;
  std::uint32_t timed_ = 0;
  std::unordered_map<std::uint64_t, Entries> objects_;

  struct Candidate {
    std::uint32_t event;
    /// The event to race with: not the one that let the step go on (a release, a post) but the one
    /// before it that had taken what the step waits for. kNoEvent: none.
    std::uint32_t partner;
    std::uint8_t after;  ///< the effect of `event` that the step depends on; 0: its operation
  };
  std::vector<Candidate> candidates_;
  std::vector<Race> races_;
};

}  // namespace onhook
