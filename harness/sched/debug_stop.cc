// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/sched/debug_stop.h"

#include <algorithm>

#include "harness/base/strings.h"
#include "harness/sched/scheduler.h"

onhook::DebugState onhook_debug;

// The empty statement with a side effect keeps calls from being optimised away.
#define ONHOOK_BREAKPOINT(name) \
  extern "C" [[gnu::noinline, gnu::used]] void name { asm volatile("" ::: "memory"); }

ONHOOK_BREAKPOINT(onhook_debug_begin())
ONHOOK_BREAKPOINT(onhook_debug_stop(std::uint32_t))
ONHOOK_BREAKPOINT(onhook_debug_fault(int))
ONHOOK_BREAKPOINT(onhook_debug_end())

extern "C" [[gnu::used]] const char* onhook_debug_text(std::uint32_t id) {
  static char text[256];
  const std::string_view words = onhook::text_of(id);
  const std::size_t bytes = std::min(words.size(), sizeof text - 1);
  *std::copy_n(words.data(), bytes, text) = '\0';
  return text;
}

namespace onhook::debug {

void stop_where_wanted(Scheduler& scheduler) {
  if (onhook_debug.again == 0 && scheduler.step() >= onhook_debug.wanted) {
    onhook_debug.wanted = DebugState::kNever;
    onhook_debug_stop(scheduler.step());
  }
  if (onhook_debug.again != 0) scheduler.end_from_inside(End::stopped, "");
}

}  // namespace onhook::debug
