// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/base/check.h"

#include <fmt/format.h>
#include <unistd.h>

#include <string>
#include <utility>

namespace onhook {
namespace {
CheckHook g_hook = nullptr;
}

void set_check_hook(CheckHook hook) { g_hook = hook; }

void check_failed(const char* condition, const char* file, int line, std::string_view message) {
  const std::string text = fmt::format("onhook: internal check failed: {}\n  {} at {}:{}\n",
                                       message, condition, file, line);
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, text.data(), text.size());
  if (CheckHook hook = std::exchange(g_hook, nullptr)) hook();
  ::_exit(3);
}

}  // namespace onhook
