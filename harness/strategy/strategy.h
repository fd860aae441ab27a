// SPDX-License-Identifier: GPL-3.0-or-later
// The seam between search and run. A strategy thinks between executions and hands over a plan; the
// plan answers every choice inside one execution (it is the Chooser behind the one door). Random
// search, depth-first search, partial-order reduction and replay all fit.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "harness/base/shard.h"
#include "harness/sched/scheduler.h"

namespace onhook {

/// What a strategy is told about the execution that its plan led to.
struct Feedback {
  bool counted = true;  ///< false: given up half-way (order blocked), not an execution
  bool violated = false;
};

class Strategy {
 public:
  virtual ~Strategy() = default;
  virtual std::string_view name() const = 0;
  /// The plan of the next execution, valid until the next call; null: nothing is left to try.
  virtual Chooser* next() = 0;
  virtual void finished(const Feedback&) {}

  /// Asked after next(): how many steps the plan has in common with the one before it, all choices
  /// in them included. An execution may then begin after any number of them up to this one.
  virtual std::uint32_t shared_steps() const { return 0; }
  /// Before the execution: it begins after so many steps. The plan is neither asked nor told again
  /// what it was asked and told until then.
  virtual void begin_after(std::uint32_t) {}

  /// After next() gave null: true if that proves that every choice was covered.
  virtual bool complete() const = 0;
  /// What cut the search short ("preemption bound 2"), "" when nothing did.
  virtual std::string bound() const { return {}; }

  /// The order of events that executions are held to, and the plain accesses that are steps because
  /// they race, to which the strategy may add; null: none are to be looked for. Called before the
  /// first next().
  virtual void begin_order(const EventOrder&, AccessPoints*) {}
  /// Who has to see every plain access of the executions; null: nobody.
  virtual AccessSink* access_sink() { return nullptr; }
  /// One line of figures for the report, "" when there is nothing to say.
  virtual std::string report() const { return {}; }

  /// Keeps to one part of the search from now on; called before the first next(). False: this
  /// strategy cannot be cut, and somebody else decides who runs it.
  virtual bool keep_to(const Shard&) { return false; }
  /// Asked after a plan was run, before finished(): false when that execution belongs to another
  /// part and was run only to see where its branches lie. It is not to be counted.
  virtual bool mine() const { return true; }

  /// Where the search stands, asked between executions; load() of it in a fresh strategy that was
  /// made with the same arguments goes on with the execution after. "": cannot be saved.
  virtual std::string save() const { return {}; }
  /// False: that is no state of this strategy, which is as it was.
  virtual bool load(std::string_view) { return false; }
};

}  // namespace onhook
