// SPDX-License-Identifier: GPL-3.0-or-later
// Tells AddressSanitizer that the stack changes. Nothing at all in builds without it.
#pragma once

#include "harness/sched/thread.h"

#if defined(__SANITIZE_ADDRESS__)
#include <pthread.h>
#include <sanitizer/common_interface_defs.h>
#endif

namespace onhook::sanitizer {

#if defined(__SANITIZE_ADDRESS__)

struct Stack {
  const void* bottom = nullptr;
  std::size_t bytes = 0;
};

inline Stack& harness_stack() {
  static Stack stack = [] {
    pthread_attr_t attributes;
    void* bottom = nullptr;
    std::size_t bytes = 0;
    pthread_getattr_np(pthread_self(), &attributes);
    pthread_attr_getstack(&attributes, &bottom, &bytes);
    pthread_attr_destroy(&attributes);
    return Stack{bottom, bytes};
  }();
  return stack;
}

inline void leaving(const Thread&, const Thread& next) {
  __sanitizer_start_switch_fiber(nullptr, next.stack, next.stack_bytes);
}
inline void arrived(const Thread&) { __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr); }
inline void leaving_for_harness(const Thread&) {
  __sanitizer_start_switch_fiber(nullptr, harness_stack().bottom, harness_stack().bytes);
}
inline void leaving_harness(const Thread& next) {
  harness_stack();
  __sanitizer_start_switch_fiber(nullptr, next.stack, next.stack_bytes);
}
inline void arrived_in_harness() { __sanitizer_finish_switch_fiber(nullptr, nullptr, nullptr); }

#else

inline void leaving(const Thread&, const Thread&) {}
inline void arrived(const Thread&) {}
inline void leaving_for_harness(const Thread&) {}
inline void leaving_harness(const Thread&) {}
inline void arrived_in_harness() {}

#endif

}  // namespace onhook::sanitizer
