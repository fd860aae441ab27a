// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/judges.h"

#include <algorithm>
#include <utility>

#include "harness/base/check.h"
#include "harness/race/descriptor_judge.h"
#include "harness/race/leak_judge.h"
#include "harness/race/lock_judge.h"
#include "harness/race/memory_judge.h"
#include "harness/race/race_judge.h"
#include "harness/race/table_judge.h"

namespace onhook {
namespace {

template <class J>
std::unique_ptr<Judge> make(Scene& scene) {
  return std::make_unique<J>(scene);
}

const std::vector<JudgeKind> kKinds = {
    {"descriptors", "calls on descriptors that are closed or somebody else's", "FD",
     make<DescriptorJudge>},
    {"leaks", "what is lost at the end without being freed", "FREE", make<LeakJudge>},
    {"memory", "uses of freed memory, frees of what is none, accesses out of bounds", "MEMORY",
     make<MemoryJudge>},
    {"race", "data races", "RACE", make<RaceJudge>},
    {"lock", "locks", "LOCK deadlock", make<LockJudge>},
    {"tables", "tables of GLib's, touched without the mutex that elsewhere protects them", "LOCK",
     make<TableJudge>},
};

/// Calls `visit` with each name in "race,memory".
template <class Visit>
void each_name(std::string_view names, Visit visit, char separator = ',') {
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(separator), names.size());
    visit(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
}

}  // namespace

std::span<const JudgeKind> judge_kinds() { return kKinds; }

std::string unknown_judge(std::string_view selection) {
  std::string unknown;
  if (selection == "all" || selection == "none" || selection == kDefaultJudges) return unknown;
  each_name(selection, [&](std::string_view name) {
    if (unknown.empty() && std::ranges::find(kKinds, name, &JudgeKind::name) == kKinds.end()) {
      unknown = name;
    }
  });
  return unknown;
}

std::string judges_of(std::string_view law) {
  std::string selection;
  for (const JudgeKind& kind : kKinds) {
    const auto is_it = [&](std::string_view known) {
      if (known == law) selection += (selection.empty() ? "" : ",") + std::string(kind.name);
    };
    each_name(kind.laws, is_it, ' ');
  }
  return selection.empty() ? "none" : selection;
}

Judges::Judges(std::string_view selection) {
  ONHOOK_CHECK(unknown_judge(selection).empty(), "there is no such judge");
  for (const JudgeKind& kind : kKinds) {
    bool wanted = selection == "all";
    each_name(selection, [&](std::string_view name) { wanted |= name == kind.name; });
    if (wanted) add(kind.make(scene_));
  }
}

const LockJudge* Judges::lock_judge() const {
  for (const auto& judge : judges_) {
    if (const auto* found = dynamic_cast<const LockJudge*>(judge.get())) return found;
  }
  return nullptr;
}

template <class Tell>
void Judges::each(Tell tell) {
  for (const auto& judge : judges_) {
    tell(*judge);
    if (!judge->stop_reason().empty()) [[unlikely]]
      stop = judge->stop_reason();
  }
}

void Judges::on_race_begins() {
  scene_.on_race_begins();
  each([&](Judge& j) {
    j.on_race_begins();
    for (Finding& finding : j.take_findings()) of_set_up_.push_back(std::move(finding));
  });
}

void Judges::on_execution_begins() {
  stop.clear();
  is_obeyed = false;
  scene_.on_execution_begins();
  for (const auto& judge : judges_) {
    judge->clear_stop();
    judge->forget_findings();
    judge->on_execution_begins();
  }
}

void Judges::on_execution_ends(End end) {
  each([&](Judge& j) { j.on_execution_ends(end); });
}

void Judges::set_times(const std::function<TimeNs(std::uint32_t, TimeNs)>& time_of) {
  for (const auto& judge : judges_) {
    for (Finding& finding : judge->findings()) {
      for (Deed& deed : finding.deeds) deed.time = time_of(deed.step, deed.time);
      if (!finding.block) continue;
      Deed& allocated = finding.block->allocated;
      allocated.time = time_of(allocated.step, allocated.time);
      if (Deed* freed = finding.block->freed ? &*finding.block->freed : nullptr) {
        freed->time = time_of(freed->step, freed->time);
      }
    }
  }
}

std::vector<Finding> Judges::findings() const {
  std::vector<Finding> all = of_set_up_;
  for (const auto& judge : judges_) {
    const std::vector<Finding>& found = std::as_const(*judge).findings();
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

void Judges::on_spawn(const Thread* parent, const Thread& child) {
  scene_.on_spawn(child);
  each([&](Judge& j) { j.on_spawn(parent, child); });
}

void Judges::on_step(const Thread& t, const Operation& op, Wake wake, std::uint32_t step,
                     TimeNs now) {
  scene_.on_step(step, now);
  each([&](Judge& j) { j.on_step(t, op, wake); });
}

void Judges::on_effect(const Thread& t, const Operation& op) {
  each([&](Judge& j) { j.on_effect(t, op); });
}

void Judges::on_lock_request(const Thread& t, const LockEvent& event) {
  each([&](Judge& j) { j.on_lock_request(t, event); });
}

void Judges::on_lock(const Thread& t, const LockEvent& event) {
  scene_.on_lock(t, event);
  each([&](Judge& j) { j.on_lock(t, event); });
}

void Judges::on_unlock(const Thread& t, const LockEvent& event) {
  each([&](Judge& j) { j.on_unlock(t, event); });
  scene_.on_unlock(t, event);
}

void Judges::on_refused_unlock(const Thread& t, const LockEvent& event) {
  each([&](Judge& j) { j.on_refused_unlock(t, event); });
}

void Judges::on_return(const Thread& t, std::uintptr_t call_site) {
  each([&](Judge& j) { j.on_return(t, call_site); });
}

void Judges::on_stuck(const Thread& t, const Operation& op) {
  each([&](Judge& j) { j.on_stuck(t, op); });
}

void Judges::on_flow(const Thread& t, ObjectId object, Flow flow) {
  if (object == kNoObject) return;
  each([&](Judge& j) { j.on_flow(t, object, flow); });
}

void Judges::on_access(const Thread& t, const PlainAccess& access) {
  each([&](Judge& j) { j.on_access(t, access); });
}

void Judges::on_atomic(const Thread& t, const AtomicAccess& access) {
  each([&](Judge& j) { j.on_atomic(t, access); });
}

void Judges::on_fence(const Thread& t, MemoryOrder order) {
  each([&](Judge& j) { j.on_fence(t, order); });
}

void Judges::on_descriptor(const Thread& t, const DescriptorUse& use) {
  each([&](Judge& j) { j.on_descriptor(t, use); });
}

void Judges::on_table(const Thread& t, const TableUse& use) {
  each([&](Judge& j) { j.on_table(t, use); });
}

void Judges::on_list_moved(const Thread& t, std::uintptr_t from, std::uintptr_t to) {
  each([&](Judge& j) { j.on_list_moved(t, from, to); });
}

void Judges::on_allocate(const Thread* t, std::uintptr_t block, std::size_t bytes) {
  scene_.on_allocate(t, block, bytes);
  each([&](Judge& j) { j.on_allocate(t, block, bytes); });
}

void Judges::on_free(const Thread* t, std::uintptr_t block, std::size_t bytes) {
  each([&](Judge& j) { j.on_free(t, block, bytes); });
  scene_.on_free(t, block);
}

}  // namespace onhook
