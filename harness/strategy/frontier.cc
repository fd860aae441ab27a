// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/frontier.h"

#include <algorithm>
#include <cstring>

namespace onhook {
namespace {

/// An answer is a byte; choices among more have no way back.
constexpr std::size_t kMostAnswers = 256;

std::uint64_t hash(std::uint64_t a, std::uint64_t b) {
  return Prng(a * 0x9e3779b97f4a7c15u ^ b).next();
}

bool is_memory(const Operation& op) { return op.size > 0 && op.size <= sizeof(std::uint64_t); }

/// What the memory that an operation is about holds now.
std::uint64_t value_at(const Operation& op) {
  std::uint64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const void*>(op.object), op.size);
  return value;
}

}  // namespace

Chooser* FrontierStrategy::next() {
  begin_execution();
  answers_.clear();
  way_.clear();
  held_.clear();
  objects_ = 0;
  last_thread_ = 0;
  priorities_.restart();
  if (!moments_.empty()) draw_moment();
  return this;
}

void FrontierStrategy::draw_moment() {
  Moment* rarest = nullptr;
  const auto visits = [&](const Moment& m) { return met_[m.counter] + m.returned; };
  for (unsigned i = 0; i < kDrawn; ++i) {
    Moment& drawn = moments_[prng_.below(moments_.size())];
    if (rarest == nullptr || visits(drawn) < visits(*rarest)) rarest = &drawn;
  }
  ++rarest->returned;
  way_ = rarest->answers;
}

/// The object's part in objects_ is brought up to date once the step is over.
void FrontierStrategy::look_at_last_step() {
  if (last_thread_ == 0) return;
  const bool changed = last_.access == Access::write && last_.object != kNoObject;
  if (changed) {
    const std::uint64_t content = is_memory(last_) ? value_at(last_) : last_thread_;
    std::uint64_t& known = held_[last_.object];
    objects_ ^= known;
    known = hash(last_.object, content + 1);
    objects_ ^= known;
  }
  last_thread_ = 0;
}

void FrontierStrategy::on_step(const ChoicePoint& point, const Candidate& taken) {
  look_at_last_step();
  priorities_.on_step(point, taken);
  last_ = taken.state->pending;
  last_thread_ = taken.state->key | 1u;
}

/// Counts the state, and remembers the way to it if it is new.
void FrontierStrategy::meet(const ChoicePoint& point) {
  std::uint64_t state = objects_;
  for (const Candidate& c : point.candidates) {
    const Operation& op = c.state->pending;
    const std::uint64_t where = hash(op.object, op.pc);
    state ^= hash(c.state->key, where ^ static_cast<std::uint64_t>(op.kind));
  }
  const auto counter = static_cast<std::uint32_t>(hash(state, 0) >> (64 - kCounterBits));
  if (met_[counter]++ > 0) return;
  Moment moment{answers_, counter, 0};
  if (moments_.size() < kMostMoments) {
    moments_.push_back(std::move(moment));
  } else {
    moments_[prng_.below(kMostMoments)] = std::move(moment);
  }
}

std::size_t FrontierStrategy::answer(std::size_t chosen) {
  answers_ += static_cast<char>(chosen);
  return chosen;
}

std::size_t FrontierStrategy::choose_thread(const ChoicePoint& point) {
  look_at_last_step();
  if (returning()) {
    const auto chosen = static_cast<unsigned char>(way_[answers_.size()]);
    return answer(std::min<std::size_t>(chosen, point.candidates.size() - 1));
  }
  meet(point);
  return answer(*std::ranges::max_element(competitors_.among(point, prng_), {}, [&](std::size_t i) {
    return priorities_.of(point.candidates[i].thread, prng_);
  }));
}

unsigned FrontierStrategy::choose_value(std::string_view, unsigned n) {
  if (returning()) {
    const auto chosen = static_cast<unsigned char>(way_[answers_.size()]);
    return static_cast<unsigned>(answer(std::min(chosen + 0u, n - 1)));
  }
  return static_cast<unsigned>(answer(prng_.below(std::min<std::uint64_t>(n, kMostAnswers))));
}

}  // namespace onhook
