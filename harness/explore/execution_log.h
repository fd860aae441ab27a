// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that the threads of one execution did to what others might see, in order: steps,
// effects and plain memory accesses; and plans that do it again up to some point. For searches
// around one execution (explain_violation.h, generalise.h), not for exploring.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/host/code_map.h"
#include "harness/report/explanation.h"
#include "harness/sched/access_points.h"
#include "harness/sched/chooser.h"
#include "harness/sched/thread.h"
#include "harness/trace/event.h"

namespace onhook {

/// One step, effect or plain access.
struct Act {
  enum class Sort : std::uint8_t { step, effect, plain };
  Sort sort = Sort::step;
  OpKind kind = OpKind::yield;
  Access access = Access::none;
  Wake wake = Wake::ready;
  ThreadId thread = kNoThread;
  std::uint32_t bytes = 0;
  std::uint32_t step = 0;   ///< of the scheduler, as in Fact
  std::uint32_t taken = 0;  ///< steps of this execution up to and with this
  TimeNs time = 0;
  ObjectId object = 0;
  std::uintptr_t pc = 0;
  StringId verb = 0;
  StringId detail = 0;
};

/// Where a thread was, as addresses.
struct RawStack {
  std::uintptr_t pc = 0;
  std::vector<std::uintptr_t> calls;
  std::vector<std::uintptr_t> call_sites;
};
RawStack stack_of(const Thread& thread, std::uintptr_t pc);
/// Frames of the code under test, the innermost first.
std::vector<StackFrame> frames_of(const RawStack& stack, const CodeMap& map);

/// The thread's lane, with a number where several have the same: "count #2".
std::string lane_name(const Trace& trace, ThreadId thread);

/// A value that was asked for when so many steps had been taken.
struct ValueTaken {
  std::uint32_t taken = 0;
  unsigned value = 0;
};

/// Passes questions on and writes down what happens.
class ExecutionLog : public Chooser, public AccessSink {
 public:
  /// Keeps `max_plain` plain accesses at most. Acts with an index of `stacks` come with their
  /// stack.
  ExecutionLog(Chooser& inner, std::size_t max_plain, std::vector<std::size_t> stacks = {})
      : inner_(inner), plain_left_(max_plain), wanted_stacks_(std::move(stacks)) {}

  std::size_t choose_thread(const ChoicePoint& point) override {
    return inner_.choose_thread(point);
  }
  unsigned choose_value(std::string_view label, unsigned n) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;
  void on_effect(const Thread& thread, const Operation& op) override;
  void on_spawn(const Thread& thread) override { inner_.on_spawn(thread); }
  void on_access(const Thread& thread, const PlainAccess& access) override;

  const std::vector<Act>& acts() const { return acts_; }
  const std::vector<ValueTaken>& values() const { return values_; }
  const std::map<std::size_t, RawStack>& stacks() const { return stacks_; }
  /// False: there were more plain accesses than wanted.
  bool whole() const { return whole_; }

 private:
  void add(const Act& act, const Thread& thread);

  Chooser& inner_;
  std::size_t plain_left_;
  std::vector<std::size_t> wanted_stacks_;
  bool whole_ = true;
  std::uint32_t step_ = 0;
  std::uint32_t taken_ = 0;
  TimeNs time_ = 0;
  std::vector<Act> acts_;
  std::vector<ValueTaken> values_;
  std::map<std::size_t, RawStack> stacks_;
};

/// The steps of a log, in order.
std::vector<Act> steps_of(const std::vector<Act>& acts);

/// Does what a log did for its first `count` steps, then asks `then`. With `count` kAll it never
/// asks, unless the log ends or does not fit.
class PrefixPlan : public Chooser {
 public:
  static constexpr std::uint32_t kAll = ~0u;

  PrefixPlan(const std::vector<Act>& steps, const std::vector<ValueTaken>& values,
             std::uint32_t count, Chooser& then)
      : steps_(steps), values_(values), count_(count), then_(then) {}

  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;
  void on_effect(const Thread& thread, const Operation& op) override {
    then_.on_effect(thread, op);
  }
  void on_spawn(const Thread& thread) override { then_.on_spawn(thread); }

 private:
  bool follows() const { return fits_ && taken_ < count_ && taken_ < steps_.size(); }

  const std::vector<Act>& steps_;
  const std::vector<ValueTaken>& values_;
  const std::uint32_t count_;
  Chooser& then_;
  std::uint32_t taken_ = 0;
  std::size_t next_value_ = 0;
  bool fits_ = true;
};

}  // namespace onhook
