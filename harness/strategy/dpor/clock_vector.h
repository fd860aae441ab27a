// SPDX-License-Identifier: GPL-3.0-or-later
// A vector clock (Mattern: "Virtual time and global states of distributed systems", 1989): for each
// process how many of its events happened before or are this one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace onhook {

/// A thread, numbered by first sight over the whole exploration: the same in every execution.
using ProcId = std::uint16_t;

class ClockVector {
 public:
  std::uint32_t at(ProcId proc) const { return proc < counts_.size() ? counts_[proc] : 0; }
  void set(ProcId proc, std::uint32_t count) {
    if (proc >= counts_.size()) counts_.resize(proc + 1u, 0);
    counts_[proc] = count;
  }
  void raise(ProcId proc, std::uint32_t count) {
    if (at(proc) < count) set(proc, count);
  }
  void join(const ClockVector& other) {
    if (counts_.size() < other.counts_.size()) counts_.resize(other.counts_.size(), 0);
    for (std::size_t i = 0; i < other.counts_.size(); ++i) {
      counts_[i] = std::max(counts_[i], other.counts_[i]);
    }
  }
  void clear() { counts_.clear(); }

  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.counts_);
  }

 private:
  std::vector<std::uint32_t> counts_;
};

}  // namespace onhook
