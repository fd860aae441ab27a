// SPDX-License-Identifier: GPL-3.0-or-later
// What the virtual kernel asks of whoever builds the world.
#pragma once

#include <functional>
#include <string_view>

#include "harness/base/check.h"

namespace onhook {

struct KernelServices {
  /// Ends the run by name; does not return (in a test it may throw).
  std::function<void(std::string_view what)> end_unmodelled;

  [[noreturn]] void unmodelled(std::string_view what) const {
    end_unmodelled(what);
    check_failed("end_unmodelled() returned", __FILE__, __LINE__, what);
  }
};

}  // namespace onhook
