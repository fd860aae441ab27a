// SPDX-License-Identifier: GPL-3.0-or-later
// A schedule as what is unusual about it. Everywhere else the default is taken: whoever ran goes
// on, values are the first. A choice is named by its place in the program, "after the 3rd step of
// that thread", not by its number in the run: so one can be dropped and the others stay where they
// are.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "harness/base/ids.h"
#include "harness/sched/chooser.h"

namespace onhook {

/// Where a question is asked: the thread that took the last step (its key; 0: nobody yet), how many
/// steps it has taken since the race began, and for values which one since then, from 1.
struct Place {
  std::uint64_t thread = 0;
  std::uint32_t steps = 0;
  std::uint32_t value = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};

/// An answer that is not the default one.
struct Deviation {
  Place place;
  std::uint64_t thread = 0;  ///< key of the one that goes on; 0: a value
  Wake wake = Wake::ready;
  unsigned value = 0;
  bool preempts = false;  ///< the thread that ran could have gone on
  friend bool operator==(const Deviation&, const Deviation&) = default;
};

/// Knows the place at which an execution is. Told of every step and every value.
class PlaceCounter {
 public:
  Place thread_question() const { return {thread_, steps_of(thread_), 0}; }
  Place value_question() { return {thread_, steps_of(thread_), ++values_}; }
  void step(std::uint64_t thread);

 private:
  std::uint32_t steps_of(std::uint64_t thread) const;

  std::uint64_t thread_ = 0;
  std::uint32_t values_ = 0;
  std::map<std::uint64_t, std::uint32_t> steps_;
};

/// Passes questions on and tells the answers that were no default.
class DeviationRecorder : public Chooser {
 public:
  explicit DeviationRecorder(Chooser& inner) : inner_(inner) {}

  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;
  void on_effect(const Thread& thread, const Operation& op) override {
    inner_.on_effect(thread, op);
  }
  void on_spawn(const Thread& thread) override { inner_.on_spawn(thread); }

  /// In the order in which they were made.
  const std::vector<Deviation>& deviations() const { return deviations_; }

 private:
  Chooser& inner_;
  PlaceCounter places_;
  std::vector<Deviation> deviations_;
};

/// Takes these deviations where their places are met and they are possible, the default elsewhere.
class DeviationPlan : public Chooser {
 public:
  explicit DeviationPlan(const std::vector<Deviation>& deviations);

  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override;

 private:
  PlaceCounter places_;
  std::map<Place, Deviation> wanted_;
};

}  // namespace onhook
