// SPDX-License-Identifier: GPL-3.0-or-later
// The ways in which a plugin can end or leave its process: verdicts, not endings.
#include <assert.h>
#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>

#include "harness/interpose/real.h"
#include "harness/interpose/unmodelled.h"

using namespace onhook;

namespace {

[[noreturn]] void end_with(End end, const std::string& why) {
  current_scheduler()->end_from_inside(end, why);
}

}  // namespace

ONHOOK_EXPORT void abort() {
  if (current_scheduler() == nullptr) {
    ONHOOK_REAL(abort)();
    __builtin_unreachable();
  }
  end_with(End::assertion, "abort()");
}

ONHOOK_EXPORT void __assert_fail(const char* assertion, const char* file, unsigned line,
                                 const char* function) noexcept(true) {
  if (current_scheduler() == nullptr) {
    ONHOOK_REAL(__assert_fail)(assertion, file, line, function);
    __builtin_unreachable();
  }
  const std::string path = file;
  end_with(End::assertion, "assert(" + std::string(assertion) + ") in " + function + " at " +
                               path.substr(path.rfind('/') + 1) + ":" + std::to_string(line));
}

ONHOOK_EXPORT void exit(int status) {
  if (current_scheduler() == nullptr) {
    ONHOOK_REAL(exit)(status);
    __builtin_unreachable();
  }
  end_with(status == 0 ? End::quiescent : End::assertion, "exit(" + std::to_string(status) + ")");
}

ONHOOK_EXPORT int raise(int signal) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(raise)(signal);
  end_with(End::fault, "raise(" + std::to_string(signal) + ")");
}

// Nothing in the world raises SIGPIPE, so who wants it ignored has it so.
ONHOOK_EXPORT sighandler_t signal(int number, sighandler_t handler) noexcept {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(signal)(number, handler);
  if (number != SIGPIPE || handler != SIG_IGN) onhook_unmodelled("signal");
  return SIG_IGN;
}

ONHOOK_EXPORT void __stack_chk_fail() {
  if (current_scheduler() == nullptr) ::_exit(3);
  end_with(End::fault, "stack smashed");
}

ONHOOK_EXPORT pid_t getpid() noexcept {
  if (current_scheduler() == nullptr) return static_cast<pid_t>(ONHOOK_REAL(getpid)());
  return 4242;
}
