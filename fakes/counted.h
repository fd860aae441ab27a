// SPDX-License-Identifier: GPL-3.0-or-later
// What a count of references orders, told to who watches the world: a thread that gives its
// reference up did so before the last owner frees the object. The fakes count with std::shared_ptr,
// which nobody can watch; where the code under test has had the object, they say so here.
#pragma once

namespace onhook::fakes {

/// Set by the world; null: nobody watches.
inline void (*g_on_reference_given_up)(const void* object) = nullptr;
inline void (*g_on_last_reference)(const void* object) = nullptr;

/// This thread, and the code under test that it called, is done with the object. May be null.
inline void reference_given_up(const void* object) {
  if (object != nullptr && g_on_reference_given_up != nullptr) g_on_reference_given_up(object);
}

/// The object is about to be freed.
inline void last_reference(const void* object) {
  if (g_on_last_reference != nullptr) g_on_last_reference(object);
}

}  // namespace onhook::fakes
