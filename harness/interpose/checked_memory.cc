// SPDX-License-Identifier: GPL-3.0-or-later
// Called by the code under test: blocks of bytes.
#include "harness/interpose/checked.h"

using namespace onhook;

namespace {

/// What the compiler would make two accesses of is two steps.
constexpr std::size_t kTwoSteps = 64;

void copy(LibraryCall& call, void* to, const void* from, std::size_t bytes) {
  call.reads(from, bytes);
  if (bytes <= kTwoSteps) {
    char kept[kTwoSteps];
    call.happens();
    std::memcpy(kept, from, bytes);
    call.writes(to, bytes);
    call.happens();
    std::memcpy(to, kept, bytes);
    return;
  }
  call.writes(to, bytes);
  call.happens();
  std::memmove(to, from, bytes);
}

}  // namespace

ONHOOK_CHECKED(void*, memcpy, void* to, const void* from, size_t bytes) {
  ONHOOK_LIBRARY_CALL(call);
  copy(call, to, from, bytes);
  return to;
}

ONHOOK_CHECKED(void*, memmove, void* to, const void* from, size_t bytes) {
  ONHOOK_LIBRARY_CALL(call);
  copy(call, to, from, bytes);
  return to;
}

ONHOOK_CHECKED(void*, memset, void* to, int byte, size_t bytes) {
  ONHOOK_LIBRARY_CALL(call);
  call.writes(to, bytes);
  call.happens();
  return std::memset(to, byte, bytes);
}

ONHOOK_CHECKED(int, memcmp, const void* a, const void* b, size_t bytes) {
  ONHOOK_LIBRARY_CALL(call);
  call.reads(a, bytes);
  call.reads(b, bytes);
  call.happens();
  return std::memcmp(a, b, bytes);
}

ONHOOK_CHECKED(void*, memchr, const void* in, int byte, size_t bytes) {
  ONHOOK_LIBRARY_CALL(call);
  const auto* begin = static_cast<const char*>(in);
  const auto* found = static_cast<const char*>(std::memchr(in, byte, bytes));
  call.reads(in, found != nullptr ? static_cast<std::size_t>(found - begin) + 1 : bytes);
  call.happens();
  return const_cast<void*>(std::memchr(in, byte, bytes));
}

ONHOOK_CHECKED(void*, memccpy, void* to, const void* from, int byte, size_t bytes) {
  ONHOOK_LIBRARY_CALL(call);
  const auto* begin = static_cast<const char*>(from);
  const auto* found = static_cast<const char*>(std::memchr(from, byte, bytes));
  const std::size_t n = found != nullptr ? static_cast<std::size_t>(found - begin) + 1 : bytes;
  call.reads(from, n);
  call.writes(to, n);
  call.happens();
  return ::memccpy(to, from, byte, bytes);
}
