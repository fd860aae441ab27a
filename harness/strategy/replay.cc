// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/replay.h"

#include <fmt/format.h>

#include "harness/base/strings.h"
#include "harness/sched/thread.h"

namespace onhook {
namespace {

/// Index of the candidate that `wanted` means, or -1.
int find(const ChoicePoint& point, const ThreadChoice& wanted) {
  for (std::size_t i = 0; i < point.candidates.size(); ++i) {
    if (point.candidates[i].thread == wanted.thread && point.candidates[i].wake == wanted.wake) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

std::string describe(const ChoicePoint& point) {
  std::string text;
  for (const Candidate& c : point.candidates) {
    text += fmt::format("{}{} {} ({})", text.empty() ? "" : ", ", word_of(c.wake), c.thread,
                        c.state->name);
  }
  return text;
}

}  // namespace

std::size_t default_choice(const ChoicePoint& point) {
  if (point.current_index >= 0) return static_cast<std::size_t>(point.current_index);
  for (std::size_t i = 0; i < point.candidates.size(); ++i) {
    if (point.candidates[i].wake == Wake::ready) return i;
  }
  return 0;
}

void ReplayPlan::diverge(std::string text) {
  if (divergence_.empty()) divergence_ = std::move(text);
}

std::size_t ReplayPlan::choose_thread(const ChoicePoint& point) {
  if (!divergence_.empty()) return default_choice(point);
  if (at_ == choices_.size()) {
    diverge(
        fmt::format("choice {}: the schedule ends, the run offers {}", at_ + 1, describe(point)));
    return default_choice(point);
  }
  const auto* wanted = std::get_if<ThreadChoice>(&choices_[at_]);
  const int found = wanted != nullptr ? find(point, *wanted) : -1;
  if (found < 0) {
    diverge(fmt::format(
        "choice {} at step {}: the schedule says {}, the run offers {}", at_ + 1, point.step,
        wanted == nullptr ? std::string("a value")
                          : fmt::format("{} {}", word_of(wanted->wake), wanted->thread),
        describe(point)));
    return default_choice(point);
  }
  ++at_;
  return static_cast<std::size_t>(found);
}

unsigned ReplayPlan::choose_value(std::string_view label, unsigned n) {
  if (!divergence_.empty()) return 0;
  const auto* wanted = at_ < choices_.size() ? std::get_if<ValueChoice>(&choices_[at_]) : nullptr;
  if (wanted == nullptr || wanted->n != n || text_of(wanted->label) != label) {
    diverge(
        fmt::format("choice {}: the run asks for a value of {} for \"{}\", the schedule does not",
                    at_ + 1, n, label));
    return 0;
  }
  ++at_;
  return wanted->index;
}

std::size_t GuidedPlan::choose_thread(const ChoicePoint& point) {
  for (; at_ < choices_.size(); ++at_) {
    const auto* wanted = std::get_if<ThreadChoice>(&choices_[at_]);
    const int found = wanted != nullptr ? find(point, *wanted) : -1;
    if (found < 0) continue;
    ++at_;
    return static_cast<std::size_t>(found);
  }
  return default_choice(point);
}

unsigned GuidedPlan::choose_value(std::string_view label, unsigned n) {
  if (at_ < choices_.size()) {
    const auto* wanted = std::get_if<ValueChoice>(&choices_[at_]);
    if (wanted != nullptr && wanted->n == n && text_of(wanted->label) == label) {
      ++at_;
      return wanted->index;
    }
  }
  return 0;
}

std::size_t RecordingPlan::choose_thread(const ChoicePoint& point) {
  const std::size_t chosen = inner_.choose_thread(point);
  const Candidate& c = point.candidates[chosen];
  choices_.push_back(ThreadChoice{c.thread, c.wake});
  if (point.current_index >= 0 && static_cast<std::size_t>(point.current_index) != chosen) {
    ++preemptions_;
  }
  return chosen;
}

unsigned RecordingPlan::choose_value(std::string_view label, unsigned n) {
  const unsigned value = inner_.choose_value(label, n);
  choices_.push_back(ValueChoice{value, n, intern(label)});
  return value;
}

}  // namespace onhook
