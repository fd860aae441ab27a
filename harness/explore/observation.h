// SPDX-License-Identifier: GPL-3.0-or-later
// What happened in an execution in words that a scenario could use for an event: who did what for
// the first time, and in which order. An event is the first operation that fits its pattern, so the
// first times are all that orders of events can speak about.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "harness/host/code_events.h"
#include "harness/scenario/forced_scenario.h"
#include "harness/sched/chooser.h"

namespace onhook {

/// The patterns seen so far, in any execution, by number.
class EventTable {
 public:
  using Number = std::uint32_t;
  struct Key {
    StringId who = 0;  ///< of a thread: its role and its number; of an actor: its name
    StringId verb = 0;
    StringId object = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };

  /// The number of this pattern; `make` describes it when it is new.
  template <typename Make>
  Number number_of(const Key& key, Make make) {
    const auto [it, fresh] = numbers_.emplace(key, static_cast<Number>(events_.size()));
    if (fresh) events_.push_back(make());
    return it->second;
  }
  const ForcedEvent& event(Number number) const { return events_[number]; }
  std::size_t size() const { return events_.size(); }

 private:
  std::map<Key, Number> numbers_;
  std::vector<ForcedEvent> events_;
};

/// When each pattern first came, by its number; kNever for those that did not.
using FirstTimes = std::vector<std::uint32_t>;
inline constexpr std::uint32_t kNever = ~0u;

/// Passes questions on and notes what it sees. Threads without a role (those of the fakes) are seen
/// only as actors.
class Observer : public Chooser, public AccessSink, public FunctionSink {
 public:
  /// `trace`: of the running execution. `script`: whose actors can be subjects.
  Observer(Chooser& inner, const CodeMap& map, const Trace& trace, const fakes::Script& script,
           EventTable& table)
      : inner_(inner), map_(map), trace_(trace), script_(script), table_(table) {}

  std::size_t choose_thread(const ChoicePoint& point) override {
    return inner_.choose_thread(point);
  }
  unsigned choose_value(std::string_view label, unsigned n) override {
    return inner_.choose_value(label, n);
  }
  void on_step(const ChoicePoint& point, const Candidate& taken) override;
  void on_effect(const Thread& thread, const Operation& op) override;
  void on_spawn(const Thread& thread) override { inner_.on_spawn(thread); }
  void on_access(const Thread& thread, const PlainAccess& access) override;
  void on_function(const Thread& thread, CodeAct act, std::uintptr_t pc) override;

  FirstTimes first_times() const;

 private:
  void note_code(const Thread& thread, CodeAct act, std::string_view object);
  void note_words(const Thread& thread, const Operation& op);
  void note(EventTable::Number number);
  StringId role_id(const Thread& thread);
  void note_thread(const Thread& thread, StringId verb, StringId object);

  Chooser& inner_;
  const CodeMap& map_;
  const Trace& trace_;
  const fakes::Script& script_;
  EventTable& table_;
  std::map<EventTable::Number, std::uint32_t> first_;
  std::vector<StringId> roles_;  // by thread; 0: not asked yet
};

}  // namespace onhook
