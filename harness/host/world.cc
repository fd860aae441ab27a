// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/world.h"

#include <algorithm>

#include "harness/base/check.h"
#include "harness/host/fault.h"
#include "harness/host/randomness.h"
#include "harness/host/world_memory.h"
#include "harness/race/judges.h"

namespace onhook {
namespace {

/// Set-up has one order: whoever ran goes on while it can, else the thread with the lowest number;
/// of values the first.
class FixedOrder : public Chooser {
 public:
  std::size_t choose_thread(const ChoicePoint& point) override {
    return point.current_index >= 0 ? static_cast<std::size_t>(point.current_index) : 0;
  }
  unsigned choose_value(std::string_view, unsigned) override { return 0; }
};

/// Every page of the arena that may be written: the heap, and each stack without its guard.
void add_world_memory(std::vector<MemoryRange>& ranges) {
  ranges.push_back({WorldMemory::kBase, WorldMemory::kBase + WorldMemory::kHeapBytes});
  const std::uintptr_t stacks = WorldMemory::kBase + WorldMemory::kHeapBytes;
  for (std::size_t i = 0; i < WorldMemory::kStackSlots; ++i) {
    const std::uintptr_t slot = stacks + i * WorldMemory::kStackBytes;
    ranges.push_back({slot + 4096, slot + WorldMemory::kStackBytes});
  }
}

std::vector<void (*)()>& world_parts() {
  static auto* parts = new std::vector<void (*)()>;
  return *parts;
}

}  // namespace

void register_world_part(void (*make)()) { world_parts().push_back(make); }

World::World(WorldSpec spec) : spec_(std::move(spec)), set_up_chooser_(new FixedOrder) {
  WorldMemory& memory = WorldMemory::get() != nullptr ? *WorldMemory::get() : WorldMemory::create();
  install_fault_handlers();
  g_watcher = spec_.judges != nullptr && !spec_.judges->empty() ? spec_.judges : nullptr;
  WorldHeapScope world;
  seed_randomness(spec_.seed);
  for (auto* make : world_parts()) make();
  scheduler_ = new Scheduler(memory, *set_up_chooser_, recorder_);
  set_current_scheduler(scheduler_);
  if (spec_.judges != nullptr) {
    HarnessScope harness;
    view_ = std::make_unique<Reachability>(*scheduler_);
    spec_.judges->scene().set_heap(WorldMemory::kBase, WorldMemory::kHeapBytes);
    spec_.judges->scene().set_view(*view_);
  }
  scheduler_->spawn(spec_.main_name, spec_.main_role, [this] {
    if (spec_.set_up) spec_.set_up();
    Scheduler& scheduler = *current_scheduler();
    scheduler.pause();
    // What the first thread does from here on belongs to a step like all else.
    Operation begin;
    begin.kind = OpKind::thread_start;
    scheduler.perform(begin);
    spec_.race();
  });
}

World::~World() {
  activate_code_events(nullptr, nullptr);
  set_fault_snapshot(nullptr);
  g_watcher = nullptr;
  set_current_scheduler(nullptr);
}

Ending World::ending_of(End end) {
  Ending ending;
  ending.end = end;
  ending.why.assign(scheduler_->why().data(), scheduler_->why().size());
  ending.steps = scheduler_->step() - steps_before_;
  ending.time = scheduler_->now();
  ending.held = end == End::order_blocked ? scheduler_->held_events() : 0;
  ending.happened = scheduler_->order().happened;
  ending.cuts = scheduler_->cuts();
  ending.main_finished = scheduler_->thread(0).finished;
  return ending;
}

Ending World::prepare() {
  ONHOOK_CHECK(snapshot_ == nullptr, "a world is prepared once");
  const End end = scheduler_->run();
  if (end != End::none) return ending_of(end);
  steps_before_ = scheduler_->step();
  scheduler_->clock().fix();
  settle_times();
  scheduler_->clock().forget_moments();
  recorder_.mark();
  SchedulerLimits limits = spec_.limits;
  limits.steps += steps_before_;
  if (spec_.bounds.steps) {
    limits.turns = scheduler_->turns() + *spec_.bounds.steps;
    limits.steps = ~0u;  // what has no end is cut, not judged
  }
  if (spec_.bounds.timeouts) limits.timeouts = scheduler_->timeouts() + *spec_.bounds.timeouts;
  if (spec_.settles > 0) limits.until = scheduler_->now() + spec_.settles;
  scheduler_->set_limits(limits);
  std::vector<MemoryRange> ranges;
  add_world_memory(ranges);
  for (const void* object : spec_.objects) {
    for (const MemoryRange& r : writable_data_of(object)) {
      const bool known = std::ranges::any_of(
          ranges, [&](const MemoryRange& k) { return k.begin < r.end && r.begin < k.end; });
      if (!known) ranges.push_back(r);
    }
  }
  WorldMemory::get()->begin_race();
  snapshot_ = std::make_unique<Snapshot>(std::move(ranges));
  snapshot_->take();
  set_fault_snapshot(snapshot_.get());
  if (g_watcher != nullptr) spec_.judges->on_race_begins();
  return ending_of(End::none);
}

Ending World::execute(Chooser& chooser, const ExecutionSetting& setting) {
  begin(chooser, setting);
  go_on(kToTheEnd);
  return ending();
}

void World::begin(Chooser& chooser, const ExecutionSetting& setting) {
  snapshot_->restore();
  recorder_.rewind();
  scheduler_->set_chooser(chooser);
  scheduler_->set_order(setting.order);
  scheduler_->set_matcher(setting.matcher);
  scheduler_->set_accesses(setting.points, setting.sink);
  activate_code_events(setting.matcher != nullptr ? spec_.code_events.get() : nullptr,
                       &recorder_.trace());
  if (g_watcher != nullptr) spec_.judges->on_execution_begins();
}

void World::begin_at(const InnerState& state, Chooser& chooser) {
  snapshot_->restore(state.memory);
  recorder_.rewind_to(state.trace);
  scheduler_->set_chooser(chooser);
}

bool World::go_on(std::uint32_t steps) {
  scheduler_->pause_from(steps == kToTheEnd ? steps : scheduler_->step() + steps);
  end_ = scheduler_->run();
  if (end_ == End::none) return false;
  if (g_watcher != nullptr) spec_.judges->on_execution_ends(end_);
  settle_times();
  return true;
}

void World::save(InnerState& into) const {
  snapshot_->save(into.memory);
  into.trace = recorder_.here();
}

TimeNs World::time_of(std::uint32_t step, TimeNs recorded) const {
  const std::vector<StepTime>& moments = scheduler_->clock().moments();
  const auto next = std::ranges::upper_bound(moments, step, {}, &StepTime::first_step);
  return next == moments.begin() ? recorded : std::prev(next)->time;
}

/// What was recorded while latencies were still open happened when the whole execution says.
void World::settle_times() {
  if (scheduler_->clock().moments().empty()) return;
  recorder_.set_times([this](const Fact& fact) { return time_of(fact.step, fact.time); });
  if (g_watcher == nullptr) return;
  spec_.judges->set_times(
      [this](std::uint32_t step, TimeNs recorded) { return time_of(step, recorded); });
}

}  // namespace onhook
