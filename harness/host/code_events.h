// SPDX-License-Identifier: GPL-3.0-or-later
// Events of the code itself: "relay leaves janus_sip_media_cleanup", "sofia reads
// media.has_audio". An event must be something that can be held back, so what a scenario names
// becomes a step: the instrumentation asks here whether the function that it enters, the lock that
// it takes or the memory that it touches is one that an event of the scenario still waits for.
// Nothing else does, and when no scenario names a place the question costs one comparison.
//
// The host activates the events for the race alone; interpose/ asks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "harness/host/code_map.h"
#include "harness/scenario/compiled.h"
#include "harness/sched/scheduler.h"

namespace onhook {

enum class CodeAct : std::uint8_t { enters, leaves, locks, unlocks, reads, writes };
const char* to_string(CodeAct act);
std::optional<CodeAct> code_act_of(std::string_view verb);

class CodeEvents {
 public:
  /// Those among the scenario's events that are code's; names that the map does not know stay
  /// events that never come.
  CodeEvents(const CompiledScenario& scenario, const CodeMap& map);

  bool empty() const { return entries_.empty(); }
  /// "janus_sip_foo, media.bar": named by an event, unknown to this object.
  const std::vector<std::string>& unknown() const { return unknown_; }

  /// What an operation says that is such an event.
  struct Words {
    StringId verb = 0;
    StringId detail = 0;
  };
  /// Asked in the world, right before it happens: is this act of the running thread an event that
  /// has not happened yet? `place` is an address in the function, or the first of the memory.
  std::optional<Words> find(CodeAct act, std::uintptr_t place, std::size_t bytes,
                            const Trace& trace) const;

 private:
  struct Entry {
    CodeAct act;
    unsigned event;
    Words words;
    Subject subject;
    std::vector<AddressRange> ranges;
    std::optional<AddressRange> field;  // in each session
  };
  bool is_at(const Entry& entry, std::uintptr_t place, std::size_t bytes) const;

  std::vector<Entry> entries_;
  std::vector<std::string> unknown_;
};

/// Sees functions come and go, for searches that need to know; lives outside the world.
class FunctionSink {
 public:
  virtual ~FunctionSink() = default;
  /// `pc` lies in the function.
  virtual void on_function(const Thread& thread, CodeAct act, std::uintptr_t pc) = 0;
};

/// What the instrumentation asks; null members ask nobody.
struct CodeHooks {
  const CodeEvents* events = nullptr;
  const Trace* trace = nullptr;  ///< of the running execution
  FunctionSink* sink = nullptr;
  bool used() const { return events != nullptr || sink != nullptr; }
};
extern CodeHooks g_code_hooks;

/// Null, or a set without events: nothing is announced.
void activate_code_events(const CodeEvents* events, const Trace* trace);
void set_function_sink(FunctionSink* sink);

/// The words that make an operation on this memory an event, or none. For locks, fields, globals.
inline CodeEvents::Words code_event_words(CodeAct act, const void* place, std::size_t bytes) {
  if (g_code_hooks.events == nullptr) return {};
  return g_code_hooks.events
      ->find(act, reinterpret_cast<std::uintptr_t>(place), bytes, *g_code_hooks.trace)
      .value_or(CodeEvents::Words{});
}

/// A function begins or ends in the running thread. A step only if it is an event.
void pass_function(CodeAct act, std::uintptr_t pc);

/// The memory is about to be given back or touched by something that is no step by itself: a step
/// of its own right before it, only if it is an event.
void announce_code_event(CodeAct act, const void* place, std::size_t bytes);

}  // namespace onhook
