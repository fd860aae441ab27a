// SPDX-License-Identifier: GPL-3.0-or-later
// Several strategies that take turns, an execution each; one that has nothing left drops out. A
// strategy may have more than one turn in each round.
#pragma once

#include <memory>
#include <vector>

#include "harness/strategy/strategy.h"

namespace onhook {

class AlternatingStrategy : public Strategy {
 public:
  /// `turns`: indices of strategies, the order of one round.
  AlternatingStrategy(std::vector<std::unique_ptr<Strategy>> strategies,
                      std::vector<std::size_t> turns)
      : strategies_(std::move(strategies)), turns_(std::move(turns)) {}

  std::string_view name() const override { return "alternating"; }
  Chooser* next() override;
  void finished(const Feedback& feedback) override {
    strategies_[turns_[turn_]]->finished(feedback);
  }
  /// One proof is enough.
  bool complete() const override { return complete_; }
  std::string bound() const override;
  void begin_order(const EventOrder& order, AccessPoints* racing) override;
  /// Of the first that has one.
  AccessSink* access_sink() override;
  std::string report() const override;
  bool keep_to(const Shard& shard) override;
  std::string save() const override;
  bool load(std::string_view state) override;

 private:
  std::vector<std::unique_ptr<Strategy>> strategies_;
  std::vector<std::size_t> turns_;
  std::vector<bool> is_over_ = std::vector<bool>(strategies_.size(), false);
  std::size_t turn_ = turns_.size() - 1;  ///< of the last execution
  bool complete_ = false;
};

}  // namespace onhook
