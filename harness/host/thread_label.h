// SPDX-License-Identifier: GPL-3.0-or-later
// What the next thread that is made inside the world will be called, where pthread_create() alone
// cannot tell: GLib starts every thread at one proxy function, libsofia-sip-ua its stacks' at
// another.
#pragma once

#include <string>

namespace onhook {

struct ThreadLabel {
  std::string name;             ///< its lane; "" as its entry function is called
  const void* entry = nullptr;  ///< its entry function; null: what pthread_create() was given
};

/// Of the current world. Who makes the thread takes it and leaves an empty one.
ThreadLabel& next_thread_label();

}  // namespace onhook
