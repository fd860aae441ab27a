// SPDX-License-Identifier: GPL-3.0-or-later
// Plain memory accesses that conflict and that happens-before leaves unordered (Flanagan, Freund:
// "FastTrack", PLDI 2009, on vector clocks that the search has anyway). The instructions of such a
// pair become scheduling points. Orders with respect to all dependent steps, relaxed atomics too:
// what is looked for is not undefined behaviour but an order that the search would miss.
#pragma once

#include <unordered_map>
#include <vector>

#include "harness/sched/access_points.h"
#include "harness/strategy/dpor/history.h"

namespace onhook {

class PlainRaces : public AccessSink {
 public:
  explicit PlainRaces(const History& history) : history_(history) {}

  void on_access(const Thread& thread, const PlainAccess& access) override;

  /// Accesses are logged as those of this event from now on; kNoEvent: not logged.
  void set_event(std::uint32_t event) {
    event_ = event;
    effects_ = 0;
  }
  /// The step in work has let others go on, by an effect or by making a thread; how often now.
  std::uint8_t count_effect() {
    if (effects_ < History::kMaxEffects) ++effects_;
    return effects_;
  }
  /// Forgets the accesses of the events from `kept` on.
  void cut(std::uint32_t kept);
  /// Looks at what is new; every event logged has its clock. True if `points` grew.
  bool find(AccessPoints& points);

  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.log_, self.looked_at_, self.groups_);
  }

 private:
  struct Record {
    std::uint64_t group;  ///< 8 bytes
    std::uint32_t event;
    std::uint8_t bytes;
    bool write;
    std::uint8_t effects;  ///< of its step before it
    std::uintptr_t pc;
  };
  void log(const Record& record);

  const History& history_;
  std::uint32_t event_ = kNoEvent;
  std::uint8_t effects_ = 0;
  std::vector<Record> log_;
  std::size_t looked_at_ = 0;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> groups_;  ///< indices into log_

  struct Recent {
    std::uint64_t group = 0;
    std::uint32_t event = kNoEvent;
    std::uintptr_t pc = 0;
    std::uint8_t bytes = 0;
    std::uint8_t effects = 0;
    bool write = false;
  };
  static constexpr std::size_t kRecent = 256;
  std::vector<Recent> recent_ = std::vector<Recent>(kRecent);
};

}  // namespace onhook
