// SPDX-License-Identifier: GPL-3.0-or-later
// Only for onhook-asan: what code calls that is compiled with -fsanitize=address (and every access
// a call), -fno-inline-atomics and -finstrument-functions. Each access is put to the real runtime
// of AddressSanitizer; then, and with atomics and functions at once, it goes on as if the code had
// been compiled with -fsanitize=thread: tsan_abi.cc makes steps of it and tells judges.
//
// It goes on by a jump (a sibling call), so that the return address that tsan_abi.cc sees is that
// of the code under test.
#include <cstddef>
#include <cstdint>

#include "harness/interpose/poisoned.h"
#include "harness/interpose/real.h"

using namespace onhook;

extern "C" {

void* __asan_region_is_poisoned(void* begin, std::size_t bytes);

void __tsan_func_entry(void* call_site);
void __tsan_func_exit();
void __tsan_read_range(void* a, unsigned long n);
void __tsan_write_range(void* a, unsigned long n);

}  // extern "C"

namespace {

inline void check(void* a, std::size_t bytes, bool write, const void* pc, const void* frame) {
  if (g_on_poisoned == nullptr || current_scheduler() == nullptr) return;
  if (__asan_region_is_poisoned(a, bytes) == nullptr) return;
  g_on_poisoned(a, bytes, write, pc, frame);
}

}  // namespace

// GCC's "_noabort" is what -fsanitize-recover=address makes it call.
#define ONHOOK_ASAN_ACCESS(asans, tsans, bytes, write)                               \
  extern "C" void __tsan_##tsans##bytes(void* a);                                    \
  ONHOOK_EXPORT void __asan_##asans##bytes##_noabort(void* a) {                      \
    check(a, bytes, write, __builtin_return_address(0), __builtin_frame_address(0)); \
    __tsan_##tsans##bytes(a);                                                        \
  }
#define ONHOOK_ASAN_PLAIN(bytes)               \
  ONHOOK_ASAN_ACCESS(load, read, bytes, false) \
  ONHOOK_ASAN_ACCESS(store, write, bytes, true)

ONHOOK_ASAN_PLAIN(1)
ONHOOK_ASAN_PLAIN(2)
ONHOOK_ASAN_PLAIN(4)
ONHOOK_ASAN_PLAIN(8)
ONHOOK_ASAN_PLAIN(16)

ONHOOK_EXPORT void __asan_loadN_noabort(void* a, std::size_t n) {
  check(a, n, false, __builtin_return_address(0), __builtin_frame_address(0));
  __tsan_read_range(a, n);
}
ONHOOK_EXPORT void __asan_storeN_noabort(void* a, std::size_t n) {
  check(a, n, true, __builtin_return_address(0), __builtin_frame_address(0));
  __tsan_write_range(a, n);
}

/// The runtime's looks for the stack of an operating-system thread.
ONHOOK_EXPORT void __asan_handle_no_return() {}

ONHOOK_EXPORT void __cyg_profile_func_enter(void*, void* call_site) {
  __tsan_func_entry(call_site);
}
ONHOOK_EXPORT void __cyg_profile_func_exit(void*, void*) { __tsan_func_exit(); }

// Atomics: the functions of libatomic. GCC's older builtins are made these (asan/older_atomics.h).
#define ONHOOK_ASAN_RMW(n, bits, T, name)                                                          \
  extern "C" T __tsan_atomic##bits##_fetch_##name(volatile T* a, T v, int o);                      \
  ONHOOK_EXPORT T onhook_atomic_fetch_##name##_##n(volatile T* a, T v,                             \
                                                   int o) __asm__("__atomic_fetch_" #name "_" #n); \
  T onhook_atomic_fetch_##name##_##n(volatile T* a, T v, int o) {                                  \
    return __tsan_atomic##bits##_fetch_##name(a, v, o);                                            \
  }

#define ONHOOK_ASAN_ATOMIC(n, bits, T)                                                             \
  extern "C" T __tsan_atomic##bits##_load(const volatile T* a, int o);                             \
  extern "C" void __tsan_atomic##bits##_store(volatile T* a, T v, int o);                          \
  extern "C" T __tsan_atomic##bits##_exchange(volatile T* a, T v, int o);                          \
  extern "C" int __tsan_atomic##bits##_compare_exchange_strong(volatile T* a, T* c, T v, int o,    \
                                                               int failure);                       \
  ONHOOK_EXPORT T onhook_atomic_load_##n(const volatile T* a, int o) __asm__("__atomic_load_" #n); \
  T onhook_atomic_load_##n(const volatile T* a, int o) {                                           \
    return __tsan_atomic##bits##_load(a, o);                                                       \
  }                                                                                                \
  ONHOOK_EXPORT void onhook_atomic_store_##n(volatile T* a, T v,                                   \
                                             int o) __asm__("__atomic_store_" #n);                 \
  void onhook_atomic_store_##n(volatile T* a, T v, int o) {                                        \
    __tsan_atomic##bits##_store(a, v, o);                                                          \
  }                                                                                                \
  ONHOOK_EXPORT T onhook_atomic_exchange_##n(volatile T* a, T v,                                   \
                                             int o) __asm__("__atomic_exchange_" #n);              \
  T onhook_atomic_exchange_##n(volatile T* a, T v, int o) {                                        \
    return __tsan_atomic##bits##_exchange(a, v, o);                                                \
  }                                                                                                \
  ONHOOK_EXPORT int onhook_atomic_compare_exchange_##n(                                            \
      volatile T* a, T* c, T v, int o, int failure) __asm__("__atomic_compare_exchange_" #n);      \
  int onhook_atomic_compare_exchange_##n(volatile T* a, T* c, T v, int o, int failure) {           \
    return __tsan_atomic##bits##_compare_exchange_strong(a, c, v, o, failure);                     \
  }                                                                                                \
  ONHOOK_ASAN_RMW(n, bits, T, add)                                                                 \
  ONHOOK_ASAN_RMW(n, bits, T, sub)                                                                 \
  ONHOOK_ASAN_RMW(n, bits, T, and)                                                                 \
  ONHOOK_ASAN_RMW(n, bits, T, or)                                                                  \
  ONHOOK_ASAN_RMW(n, bits, T, xor)                                                                 \
  ONHOOK_ASAN_RMW(n, bits, T, nand)

ONHOOK_ASAN_ATOMIC(1, 8, std::uint8_t)
ONHOOK_ASAN_ATOMIC(2, 16, std::uint16_t)
ONHOOK_ASAN_ATOMIC(4, 32, std::uint32_t)
ONHOOK_ASAN_ATOMIC(8, 64, std::uint64_t)
