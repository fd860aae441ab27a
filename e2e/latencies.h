// SPDX-License-Identifier: GPL-3.0-or-later
// How long an actor takes, where a scenario gives it a window. The trials of a run share a window
// out between them: each takes its own part of it, the latest first, and within its part any time.
// So a few trials see early and late answers, and what needs a late one does not need luck.
#pragma once

#include <cstdint>
#include <random>

#include "fakes/env.h"

namespace onhook::e2e {

class Latencies {
 public:
  /// `trial` from 0 to `trials` - 1.
  Latencies(std::uint64_t seed, unsigned trial, unsigned trials)
      : random_(seed + trial), trial_(trial), trials_(trials) {}

  std::int64_t draw(fakes::Window window) {
    const double part =
        (trials_ - 1 - trial_ + std::uniform_real_distribution<>(0, 1)(random_)) / trials_;
    const auto width = static_cast<double>(window.latest - window.earliest);
    return window.earliest + static_cast<std::int64_t>(part * width);
  }

 private:
  std::mt19937_64 random_;
  unsigned trial_;
  unsigned trials_;
};

}  // namespace onhook::e2e
