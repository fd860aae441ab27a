// SPDX-License-Identifier: GPL-3.0-or-later
// CHECK: "we are wrong". On in every build; prints the condition, the place and whatever the
// crash hook adds (the schedule so far), then ends the process with exit code 3.
#pragma once

#include <string_view>

namespace onhook {

/// Called once, before the process ends, by a failing check. Must not throw.
using CheckHook = void (*)();
void set_check_hook(CheckHook hook);

[[noreturn]] void check_failed(const char* condition, const char* file, int line,
                               std::string_view message);

}  // namespace onhook

#define ONHOOK_CHECK(condition, message)                                 \
  do {                                                                   \
    if (!(condition)) [[unlikely]]                                       \
      ::onhook::check_failed(#condition, __FILE__, __LINE__, (message)); \
  } while (false)
