// SPDX-License-Identifier: GPL-3.0-or-later
// Seeded random walk: every choice uniform, execution i from seed and i alone. Part k of n runs the
// executions whose number leaves k when divided by n.
#pragma once

#include "harness/base/prng.h"
#include "harness/strategy/strategy.h"

namespace onhook {

class RandomStrategy : public Strategy, private Chooser {
 public:
  explicit RandomStrategy(std::uint64_t seed) : seed_(seed), prng_(seed) {}

  std::string_view name() const override { return "random"; }
  Chooser* next() override;
  bool complete() const override { return false; }
  std::string bound() const override { return "random walk"; }
  bool keep_to(const Shard& shard) override;
  std::string save() const override;
  bool load(std::string_view state) override;

 private:
  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;

  std::uint64_t seed_;
  Shard shard_;
  std::uint64_t begun_ = 0;  ///< executions of this part
  Prng prng_;
};

}  // namespace onhook
