// SPDX-License-Identifier: GPL-3.0-or-later
// The functions behind the interposed ones, and the two ways out of every shim.
#pragma once

#include <dlfcn.h>

#include "harness/sched/scheduler.h"

/// Makes a definition win over the library's for everything that is loaded later.
#define ONHOOK_EXPORT extern "C" __attribute__((visibility("default")))

/// `real::function(args)`: the next definition after ours, looked up once.
#define ONHOOK_REAL(function)                                                   \
  ([]() -> decltype(&::function) {                                              \
    static const auto next =                                                    \
        reinterpret_cast<decltype(&::function)>(::dlsym(RTLD_NEXT, #function)); \
    return next;                                                                \
  }())

namespace onhook {

/// The operation `kind` on the object at `address`, which it changes.
inline Operation operation_on(OpKind kind, const void* address, Access access = Access::write) {
  Operation op;
  op.kind = kind;
  op.access = access;
  op.object = reinterpret_cast<ObjectId>(address);
  return op;
}

}  // namespace onhook
