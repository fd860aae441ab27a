// SPDX-License-Identifier: GPL-3.0-or-later
// What ends a run of the real server before it has a verdict: something could not be started, did
// not answer in time, or is not known here. The text is for the person who started it.
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

namespace onhook::e2e {

struct Failure : std::runtime_error {
  template <typename... Args>
  explicit Failure(fmt::format_string<Args...> text, Args&&... args)
      : std::runtime_error(fmt::format(text, std::forward<Args>(args)...)) {}
};

}  // namespace onhook::e2e
