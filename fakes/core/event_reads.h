// SPDX-License-Identifier: GPL-3.0-or-later
// What the core reads of an event that a plugin pushes, for Env::reads(): each value of the JSON,
// its keys and texts, and the transaction. fake_handle_jsep.cc says so right before the core does
// it.
#pragma once

#include <jansson.h>

#include <array>
#include <span>

#include "fakes/env.h"

namespace onhook::fakes {

class EventReads {
 public:
  /// What comes after so many is not looked at; on the stack, because each event asks.
  static constexpr std::size_t kMost = 24;

  /// The value and all that it holds; none for nullptr.
  void add_json(const json_t* value);
  /// With the zero that ends it; none for nullptr.
  void add_text(const char* text);

  std::span<const Memory> memory() const { return {memory_.data(), count_}; }

 private:
  void add(Memory memory) {
    if (count_ < kMost) memory_[count_++] = memory;
  }

  std::array<Memory, kMost> memory_;
  std::size_t count_ = 0;
};

}  // namespace onhook::fakes
