// SPDX-License-Identifier: GPL-3.0-or-later
// How the functions of symbols/checked.txt are written: ONHOOK_CHECKED(size_t, strlen, const char*
// text) { ... } defines what the linker puts in front of strlen() for the code under test.
#pragma once

#include <initializer_list>

#include "harness/host/library_call.h"
#include "harness/interpose/real.h"

#define ONHOOK_CHECKED(type, name, ...)          \
  ONHOOK_EXPORT type __wrap_##name(__VA_ARGS__); \
  ONHOOK_EXPORT type __wrap_##name(__VA_ARGS__)

/// First line of each: the call, from where the code made it.
#define ONHOOK_LIBRARY_CALL(call) ::onhook::LibraryCall call(__builtin_return_address(0))

namespace onhook {

/// The call reads whole texts and nothing else.
inline void only_reads(LibraryCall& call, std::initializer_list<const char*> texts) {
  for (const char* text : texts) call.reads_text(text);
  call.happens();
}

}  // namespace onhook
