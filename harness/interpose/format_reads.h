// SPDX-License-Identifier: GPL-3.0-or-later
// What printf() and its family read: the format and the texts that its %s stand for.
#pragma once

#include <cstdarg>

#include "harness/host/library_call.h"

namespace onhook {

/// As far as the format is understood; "%1$s" and what libc does not know end the look at it.
/// `arguments` is left as it was.
void reads_format(LibraryCall& call, const char* format, va_list arguments);

}  // namespace onhook
