// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/alternating.h"

namespace onhook {
namespace {

template <typename Strategies, typename Text>
std::string join(const Strategies& strategies, Text text_of) {
  std::string all;
  for (const auto& strategy : strategies) {
    const std::string text = text_of(*strategy);
    if (!text.empty()) all += (all.empty() ? "" : "; ") + text;
  }
  return all;
}

}  // namespace

Chooser* AlternatingStrategy::next() {
  for (std::size_t tried = 0; tried < turns_.size() && !complete_; ++tried) {
    turn_ = (turn_ + 1) % turns_.size();
    const std::size_t who = turns_[turn_];
    if (is_over_[who]) continue;
    if (Chooser* plan = strategies_[who]->next()) return plan;
    is_over_[who] = true;
    complete_ = strategies_[who]->complete();
  }
  return nullptr;
}

std::string AlternatingStrategy::bound() const {
  return join(strategies_, [](const Strategy& s) { return s.bound(); });
}

void AlternatingStrategy::begin_order(const EventOrder& order, AccessPoints* racing) {
  for (const auto& strategy : strategies_) strategy->begin_order(order, racing);
}

AccessSink* AlternatingStrategy::access_sink() {
  for (const auto& strategy : strategies_) {
    if (AccessSink* sink = strategy->access_sink()) return sink;
  }
  return nullptr;
}

std::string AlternatingStrategy::report() const {
  return join(strategies_, [](const Strategy& s) { return s.report(); });
}

bool AlternatingStrategy::keep_to(const Shard& shard) {
  bool all = true;
  for (const auto& strategy : strategies_) all = strategy->keep_to(shard) && all;
  return all;
}

}  // namespace onhook
