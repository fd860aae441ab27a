// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/code_events.h"

#include <algorithm>
#include <array>

#include "fakes/vocabulary.h"
#include "harness/base/strings.h"
#include "harness/host/field_watch.h"

namespace onhook {

CodeHooks g_code_hooks;

namespace {

namespace verb = fakes::verb;

constexpr std::array<std::string_view, 6> kVerbs = {verb::kEnters,  verb::kLeaves, verb::kLocks,
                                                    verb::kUnlocks, verb::kReads,  verb::kWrites};

bool is_function(CodeAct act) { return act == CodeAct::enters || act == CodeAct::leaves; }

}  // namespace

const char* to_string(CodeAct act) { return kVerbs[static_cast<std::size_t>(act)].data(); }

std::optional<CodeAct> code_act_of(std::string_view word) {
  const auto it = std::ranges::find(kVerbs, word);
  if (it == kVerbs.end()) return std::nullopt;
  return static_cast<CodeAct>(it - kVerbs.begin());
}

CodeEvents::CodeEvents(const CompiledScenario& scenario, const CodeMap& map) {
  for (std::size_t i = 0; i < scenario.events.size(); ++i) {
    const EventPattern& event = scenario.events[i];
    const std::optional<CodeAct> act = code_act_of(event.verb);
    if (!act || event.attributes.empty()) continue;
    const std::string& name = event.attributes.front();
    Entry entry{
        *act, static_cast<unsigned>(i), {intern(event.verb), intern(name)}, event.subject, {}, {}};
    entry.ranges =
        map.find(is_function(*act) ? Symbol::Kind::function : Symbol::Kind::variable, name);
    if (!is_function(*act)) entry.field = map.find_field(name);
    if (entry.ranges.empty() && !entry.field) unknown_.push_back(name);
    entries_.push_back(std::move(entry));
  }
}

bool CodeEvents::is_at(const Entry& entry, std::uintptr_t place, std::size_t bytes) const {
  for (const AddressRange& r : entry.ranges) {
    if (is_function(entry.act) ? r.contains(place) : r.overlaps(place, bytes)) return true;
  }
  if (!entry.field || FieldWatch::get() == nullptr) return false;
  const std::optional<std::size_t> offset = FieldWatch::get()->offset_of(place);
  return offset && entry.field->overlaps(*offset, bytes);
}

std::optional<CodeEvents::Words> CodeEvents::find(CodeAct act, std::uintptr_t place,
                                                  std::size_t bytes, const Trace& trace) const {
  for (const Entry& entry : entries_) {
    if (entry.act != act || !is_at(entry, place, bytes)) continue;
    const Scheduler& scheduler = *current_scheduler();
    if ((scheduler.order().happened >> entry.event & 1u) != 0) continue;
    const Thread& thread = current_scheduler()->current();
    if (matches(entry.subject, trace.lanes.at(thread.id), "")) return entry.words;
  }
  return std::nullopt;
}

void activate_code_events(const CodeEvents* events, const Trace* trace) {
  g_code_hooks.events = events != nullptr && !events->empty() ? events : nullptr;
  g_code_hooks.trace = trace;
}

void set_function_sink(FunctionSink* sink) { g_code_hooks.sink = sink; }

void pass_function(CodeAct act, std::uintptr_t pc) {
  announce_code_event(act, reinterpret_cast<const void*>(pc), 1);
  if (g_code_hooks.sink == nullptr) return;
  const Thread& thread = current_scheduler()->current();
  HarnessScope harness;
  g_code_hooks.sink->on_function(thread, act, pc);
}

void announce_code_event(CodeAct act, const void* place, std::size_t bytes) {
  const CodeEvents::Words words = code_event_words(act, place, bytes);
  if (words.verb == 0) return;
  Operation op;
  op.kind = OpKind::announce;
  op.verb = words.verb;
  op.detail = words.detail;
  current_scheduler()->perform(op);
}

}  // namespace onhook
