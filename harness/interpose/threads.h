// SPDX-License-Identifier: GPL-3.0-or-later
// How the pthread shims, the GLib shims and the host share the making and ending of threads.
#pragma once

#include <string>

namespace onhook {

/// What the next pthread_create is really about: GLib starts every thread at one proxy function.
struct ThreadLabel {
  std::string name;
  const void* entry = nullptr;
};

ThreadLabel& next_thread_label();

/// Runs the destructors of thread-specific data and ends the calling thread.
[[noreturn]] void finish_thread(void* value);

}  // namespace onhook
