// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/alternating.h"

#include "harness/base/archive.h"

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

std::string AlternatingStrategy::save() const {
  ArchiveWriter writer;
  writer(is_over_, turn_, complete_);
  for (const auto& strategy : strategies_) {
    const std::string state = strategy->save();
    if (state.empty()) return {};
    writer(state);
  }
  return writer.take();
}

bool AlternatingStrategy::load(std::string_view state) {
  ArchiveReader reader(state);
  std::vector<bool> is_over;
  std::size_t turn = 0;
  bool complete = false;
  reader(is_over, turn, complete);
  std::vector<std::string> states(strategies_.size());
  for (std::string& one : states) reader(one);
  if (!reader.done() || is_over.size() != is_over_.size() || turn >= turns_.size()) return false;
  for (std::size_t i = 0; i < states.size(); ++i) {
    const std::string before = strategies_[i]->save();
    if (strategies_[i]->load(states[i])) {
      states[i] = before;
      continue;
    }
    while (i-- > 0) strategies_[i]->load(states[i]);
    return false;
  }
  is_over_ = std::move(is_over);
  turn_ = turn;
  complete_ = complete;
  return true;
}

}  // namespace onhook
