// SPDX-License-Identifier: GPL-3.0-or-later
// Strategy::save() and load() for a strategy that lists its members (base/archive.h).
#pragma once

#include "harness/base/archive.h"
#include "harness/strategy/strategy.h"

namespace onhook {

template <class S>
std::string save_state(const S& strategy) {
  ArchiveWriter writer;
  writer(std::string(strategy.name()), strategy);
  return writer.take();
}

/// Leaves the strategy as it was when these bytes are no state of it.
template <class S>
bool load_state(S& strategy, std::string_view state) {
  const auto read = [&](std::string_view bytes) {
    ArchiveReader reader(bytes);
    std::string name;
    reader(name);
    if (!reader.good() || name != strategy.name()) return false;
    reader(strategy);
    return reader.done();
  };
  const std::string before = save_state(strategy);
  if (read(state)) return true;
  read(before);
  return false;
}

}  // namespace onhook
