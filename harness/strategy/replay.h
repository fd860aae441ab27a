// SPDX-License-Identifier: GPL-3.0-or-later
// Plans that follow a list of choices.
#pragma once

#include <string>
#include <vector>

#include "harness/sched/chooser.h"
#include "harness/trace/schedule.h"

namespace onhook {

/// The default: whoever ran goes on, else the lowest number; a timeout only when nobody is ready.
std::size_t default_choice(const ChoicePoint& point);

/// Strict: stops being faithful at the first choice that does not fit, and says so.
class ReplayPlan : public Chooser {
 public:
  explicit ReplayPlan(const std::vector<Choice>& choices) : choices_(choices) {}

  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;

  /// "" or the first difference: what the schedule says and what was asked.
  const std::string& divergence() const { return divergence_; }
  /// Also false when choices are left over.
  bool followed() const { return divergence_.empty() && at_ == choices_.size(); }
  std::size_t position() const { return at_; }

 private:
  void diverge(std::string text);

  const std::vector<Choice>& choices_;
  std::size_t at_ = 0;
  std::string divergence_;
};

/// Lenient: a choice that does not fit is skipped, and the default taken once the list is used up.
class GuidedPlan : public Chooser {
 public:
  explicit GuidedPlan(const std::vector<Choice>& choices) : choices_(choices) {}

  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;

 private:
  const std::vector<Choice>& choices_;
  std::size_t at_ = 0;
};

/// Passes every question on and keeps the answers.
class RecordingPlan : public Chooser {
 public:
  explicit RecordingPlan(Chooser& inner) : inner_(inner) { choices_.reserve(64); }
  /// Of an execution that begins after `steps` steps, in which these choices were made.
  RecordingPlan(Chooser& inner, std::vector<Choice> choices, std::size_t preemptions,
                std::uint32_t steps)
      : inner_(inner), choices_(std::move(choices)), preemptions_(preemptions), steps_(steps) {}

  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;
  void on_step(const ChoicePoint& point, const Candidate& taken) override {
    ++steps_;
    inner_.on_step(point, taken);
  }
  void on_effect(const Thread& thread, const Operation& op) override {
    inner_.on_effect(thread, op);
  }
  void on_spawn(const Thread& thread) override { inner_.on_spawn(thread); }
  void on_call_off(const Thread& thread) override { inner_.on_call_off(thread); }
  void on_blocked(const Thread& thread) override { inner_.on_blocked(thread); }
  void on_withheld(const Candidate& candidate) override { inner_.on_withheld(candidate); }

  const std::vector<Choice>& choices() const { return choices_; }
  std::vector<Choice> take_choices() { return std::move(choices_); }
  /// Times that a thread was left although it could have gone on.
  std::size_t preemptions() const { return preemptions_; }
  std::uint32_t steps() const { return steps_; }

 private:
  Chooser& inner_;
  std::vector<Choice> choices_;
  std::size_t preemptions_ = 0;
  std::uint32_t steps_ = 0;
};

}  // namespace onhook
