// SPDX-License-Identifier: GPL-3.0-or-later
// Only for onhook-asan (harness/asan/ASAN.md): what happens when code built with -fsanitize=address
// is about to touch memory that AddressSanitizer's runtime calls poisoned.
#pragma once

#include <cstddef>

namespace onhook {

/// Called before the access, in the world. May be null.
inline void (*g_on_poisoned)(const void* address, std::size_t bytes, bool write, const void* pc,
                             const void* frame) = nullptr;

}  // namespace onhook
