// SPDX-License-Identifier: GPL-3.0-or-later
// How the pthread shims and the GLib shims share the ending of threads.
#pragma once

namespace onhook {

/// Runs the destructors of thread-specific data and ends the calling thread.
[[noreturn]] void finish_thread(void* value);

}  // namespace onhook
