// SPDX-License-Identifier: GPL-3.0-or-later
// Seeded random walk: every choice uniform, execution i from seed and i alone.
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

 private:
  std::size_t choose_thread(const ChoicePoint& point) override;
  unsigned choose_value(std::string_view label, unsigned n) override;

  std::uint64_t seed_;
  std::uint64_t execution_ = 0;
  Prng prng_;
};

}  // namespace onhook
