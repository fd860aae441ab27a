// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/observation.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/base/strings.h"
#include "harness/scenario/names.h"
#include "harness/sched/thread.h"

namespace onhook {
namespace {

/// The objects under which an operation can be named: the first attribute alone, and what nua says
/// of a call's state with it. Other attributes differ between revisions.
std::vector<std::string> objects_of(std::string_view detail) {
  std::vector<std::string> objects = {std::string(detail.substr(0, detail.find(", ")))};
  const std::size_t state = detail.find(", callstate ");
  if (state != std::string_view::npos) {
    objects.push_back(objects.front() +
                      std::string(detail.substr(state, detail.find(", ", state + 1) - state)));
  }
  return objects;
}

bool can_be_event(std::string_view verb, names::SubjectSet subject) {
  const names::Verb* row = names::find_verb(verb, subject);
  return row != nullptr && (row->uses & names::kEvent) != 0;
}

/// One that the language can say: no quotes needed.
bool is_plain(std::string_view object) {
  return object.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
             ",. ") == std::string_view::npos;
}

}  // namespace

StringId Observer::role_id(const Thread& thread) {
  if (roles_.size() <= thread.id) roles_.resize(thread.id + 1u);
  StringId& id = roles_[thread.id];
  if (id == 0)
    id = intern(fmt::format("{} {}", thread.role.c_str(), trace_.lanes.at(thread.id).number));
  return id;
}

void Observer::note(EventTable::Number number) {
  first_.emplace(number, static_cast<std::uint32_t>(first_.size()));
}

void Observer::note_thread(const Thread& thread, StringId verb, StringId object) {
  if (thread.role.empty()) return;
  note(table_.number_of({role_id(thread), verb, object}, [&] {
    ForcedEvent event;
    event.role.assign(thread.role.data(), thread.role.size());
    event.number = trace_.lanes.at(thread.id).number;
    event.verb = text_of(verb);
    event.object = text_of(object);
    return event;
  }));
}

void Observer::note_code(const Thread& thread, CodeAct act, std::string_view object) {
  if (!object.empty()) note_thread(thread, intern(to_string(act)), intern(object));
}

void Observer::note_words(const Thread& thread, const Operation& op) {
  const std::string_view verb = text_of(op.verb);
  for (const std::string& object : objects_of(text_of(op.detail))) {
    if (!is_plain(object)) continue;
    const StringId id = intern(object);
    if (can_be_event(verb, names::kThread)) note_thread(thread, op.verb, id);
    const auto actor =
        std::ranges::find(script_.actors, text_of(op.actor), &fakes::ActorSpec::name);
    if (op.actor == 0 || actor == script_.actors.end()) continue;
    if (!can_be_event(verb, names::subject_of(actor->kind))) continue;
    note(table_.number_of({op.actor, op.verb, id}, [&] {
      ForcedEvent event;
      event.actor = actor->name;
      event.verb = verb;
      event.object = object;
      return event;
    }));
  }
}

void Observer::on_step(const ChoicePoint& point, const Candidate& taken) {
  inner_.on_step(point, taken);
  const Operation& op = taken.state->pending;
  switch (op.kind) {
    case OpKind::announce:
    case OpKind::thread_start:
    case OpKind::thread_exit:
      if (op.verb != 0) note_words(*taken.state, op);
      break;
    case OpKind::lock:
    case OpKind::read_lock:
      if (taken.wake == Wake::ready) {
        note_code(*taken.state, CodeAct::locks, map_.variable_at(op.object));
      }
      break;
    case OpKind::atomic_load:
      note_code(*taken.state, CodeAct::reads, map_.variable_at(op.object));
      break;
    case OpKind::atomic_store:
    case OpKind::atomic_rmw:
      note_code(*taken.state, CodeAct::writes, map_.variable_at(op.object));
      break;
    default:
      break;
  }
}

void Observer::on_effect(const Thread& thread, const Operation& op) {
  inner_.on_effect(thread, op);
  if (op.kind == OpKind::unlock) {
    note_code(thread, CodeAct::unlocks, map_.variable_at(op.object));
  }
}

void Observer::on_access(const Thread& thread, const PlainAccess& access) {
  note_code(thread, access.access == Access::write ? CodeAct::writes : CodeAct::reads,
            map_.variable_at(access.address));
}

void Observer::on_function(const Thread& thread, CodeAct act, std::uintptr_t pc) {
  note_code(thread, act, map_.function_at(pc));
}

FirstTimes Observer::first_times() const {
  FirstTimes times(table_.size(), kNever);
  for (const auto& [number, when] : first_) times[number] = when;
  return times;
}

}  // namespace onhook
