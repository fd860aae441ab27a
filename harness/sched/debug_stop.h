// SPDX-License-Identifier: GPL-3.0-or-later
// Where a debugger meets a replay. The scheduler passes pass() in the fiber that has been chosen,
// right before it does what it announced; at the step that is wanted, onhook_debug_stop() is
// called, on which harness/cli/gdb/onhook_gdb.py has a breakpoint. The debugger writes what it
// wants next into onhook_debug and lets the process go on: to a later step, or, with `again`, to an
// earlier one: then the execution is given up and begins again from its snapshot.
//
// Nothing here does anything outside `onhook replay --gdb`.
#pragma once

#include <cstdint>

namespace onhook {

class Scheduler;

/// Plain data: read and written from outside by name.
struct DebugState {
  static constexpr std::uint32_t kNever = 0xffff'ffff;

  std::uint32_t active = 0;       ///< somebody listens
  std::uint32_t wanted = kNever;  ///< stop at this step or the first after it; then: kNever
  std::uint32_t again = 0;        ///< begin the race again instead of going on
  std::uint32_t race_begins = 0;  ///< its first step; 0 while it is being set up
  std::uint32_t race_ends = 0;    ///< its last step; 0 while not known
  std::uint32_t violation = 0;    ///< the step that breaks the law; 0: none does
  char law[160] = {};             ///< which law, or ""
  char code_folder[512] = {};     ///< what source paths in the plugin are relative to, or ""
  char ending[240] = {};          ///< how the execution ended, once it has
};

namespace debug {

[[gnu::noinline]] void stop_where_wanted(Scheduler& scheduler);

}  // namespace debug
}  // namespace onhook

extern "C" {
extern onhook::DebugState onhook_debug;
// Breakpoints: nothing is in them.
void onhook_debug_begin();  ///< of the process: nothing has run
void onhook_debug_stop(std::uint32_t step);
void onhook_debug_fault(int signal);  ///< the code under test got it; in the handler
void onhook_debug_end();              ///< of the execution
/// The words of a StringId, for the debugger to call.
const char* onhook_debug_text(std::uint32_t id);
}

namespace onhook::debug {

/// The running thread is about to take its step.
inline void pass(Scheduler& scheduler) {
  if (onhook_debug.active != 0) [[unlikely]]
    stop_where_wanted(scheduler);
}

}  // namespace onhook::debug
