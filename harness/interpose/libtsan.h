// SPDX-License-Identifier: GPL-3.0-or-later
// Only for onhook-tsan (harness/tsan/TSAN.md), for which tsan_abi.cc is compiled once more, with
// ONHOOK_LIBTSAN: whatever instrumented code calls goes on to the function of the same name in the
// real libtsan, in the name of the thread that runs. In onhook nothing of this exists.
#pragma once

#if defined(ONHOOK_LIBTSAN)

#include <dlfcn.h>

#include <cstdint>

#include "harness/sched/scheduler.h"

namespace onhook::libtsan {

/// While one lives, what libtsan is called for is done by this thread, at `pc` in the innermost
/// function that it has entered; null: libtsan's own idea of the place is right.
class Call {
 public:
  Call(ThreadId thread, const void* pc);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

 private:
  HarnessScope harness_;
  const bool frame_;
};

/// Of what is called with an address: does libtsan know such memory? It does not check a wild
/// pointer itself, and would crash where the program is about to.
bool knows(std::uintptr_t address);
template <typename T, typename... Rest>
bool accepts(T* address, Rest...) {
  return knows(reinterpret_cast<std::uintptr_t>(address));
}
inline bool accepts() { return true; }
inline bool accepts(int) { return true; }

}  // namespace onhook::libtsan

/// Returns what libtsan's function returns, if a thread of the world runs; else goes on.
#define ONHOOK_TO_LIBTSAN(function, pc, ...)                                                       \
  if (current_scheduler() != nullptr && libtsan::accepts(__VA_ARGS__)) {                           \
    static const auto next = reinterpret_cast<decltype(&function)>(::dlsym(RTLD_NEXT, #function)); \
    const libtsan::Call in_the_name_of_it(current_scheduler()->current().id, pc);                  \
    return next(__VA_ARGS__);                                                                      \
  }                                                                                                \
  static_assert(true)

#else

#define ONHOOK_TO_LIBTSAN(function, pc, ...) static_assert(true)

#endif
