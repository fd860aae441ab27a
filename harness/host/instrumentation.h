// SPDX-License-Identifier: GPL-3.0-or-later
// What the code under test is compiled for: -fsanitize=thread, whose calls the harness itself
// answers, or (in onhook-asan alone) -fsanitize=address.
#pragma once

namespace onhook {

enum class Instrumentation { thread, address };

/// Set before anything is compiled or looked for.
inline Instrumentation g_instrumentation = Instrumentation::thread;

}  // namespace onhook
