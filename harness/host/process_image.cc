// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/process_image.h"

#include <stdlib.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

namespace onhook {
namespace {

constexpr const char* kMark = "ONHOOK_IMAGE";
constexpr rlim_t kStackBytes = 8u << 20;

}  // namespace

void fix_process_image(char** argv) {
  if (::getenv(kMark) != nullptr) return;
  const int now = ::personality(0xffffffff);
  if (now != -1) ::personality(static_cast<unsigned long>(now) | ADDR_NO_RANDOMIZE);
  rlimit stack{};
  if (::getrlimit(RLIMIT_STACK, &stack) == 0 && stack.rlim_cur != kStackBytes) {
    stack.rlim_cur = std::min(kStackBytes, stack.rlim_max);
    ::setrlimit(RLIMIT_STACK, &stack);
  }
  ::setenv(kMark, "1", 1);
  ::setenv("LC_ALL", "C", 1);
  ::setenv("TZ", "UTC0", 1);
  // Else every execution binds again what it calls in the libraries: their tables are restored.
  ::setenv("LD_BIND_NOW", "1", 1);
  ::setenv("G_SLICE", "always-malloc", 1);
  ::unsetenv("LD_PRELOAD");
  ::unsetenv("MALLOC_PERTURB_");
  ::execv("/proc/self/exe", argv);
}

}  // namespace onhook
