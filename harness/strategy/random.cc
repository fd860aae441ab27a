// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/random.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace onhook {

Chooser* RandomStrategy::next() {
  const std::uint64_t number = begun_++ * shard_.count + shard_.index + 1;
  prng_ = Prng(Prng(seed_).next() ^ (0x2545f4914f6cdd1du * number));
  return this;
}

bool RandomStrategy::keep_to(const Shard& shard) {
  shard_ = shard;
  return true;
}

std::string RandomStrategy::save() const { return fmt::format("{}", begun_); }

bool RandomStrategy::load(std::string_view state) {
  std::uint64_t begun = 0;
  const char* end = state.data() + state.size();
  if (std::from_chars(state.data(), end, begun) != std::from_chars_result{end, std::errc()}) {
    return false;
  }
  begun_ = begun;
  return true;
}

std::size_t RandomStrategy::choose_thread(const ChoicePoint& point) {
  const auto& candidates = point.candidates;
  const auto ready = static_cast<std::size_t>(
      std::ranges::count_if(candidates, [](const Candidate& c) { return c.wake == Wake::ready; }));
  // A latency whose window is open competes at every step of everybody else: taken as one of many
  // it would nearly always end at once. One step in sixteen keeps long and short ones alike.
  if (ready > 0 && ready < candidates.size() && prng_.below(16) != 0) {
    std::size_t nth = prng_.below(ready);
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (candidates[i].wake == Wake::ready && nth-- == 0) return i;
    }
  }
  return prng_.below(candidates.size());
}

unsigned RandomStrategy::choose_value(std::string_view, unsigned n) {
  return static_cast<unsigned>(prng_.below(n));
}

}  // namespace onhook
