/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Put before code under test that is compiled for onhook-asan: -fno-inline-atomics makes calls of
   GCC's __atomic builtins, which become steps, and leaves the older ones alone. */
#ifndef ONHOOK_OLDER_ATOMICS_H
#define ONHOOK_OLDER_ATOMICS_H

#define __sync_fetch_and_add(p, v, ...) __atomic_fetch_add((p), (v), __ATOMIC_SEQ_CST)
#define __sync_fetch_and_sub(p, v, ...) __atomic_fetch_sub((p), (v), __ATOMIC_SEQ_CST)
#define __sync_fetch_and_or(p, v, ...) __atomic_fetch_or((p), (v), __ATOMIC_SEQ_CST)
#define __sync_fetch_and_and(p, v, ...) __atomic_fetch_and((p), (v), __ATOMIC_SEQ_CST)
#define __sync_fetch_and_xor(p, v, ...) __atomic_fetch_xor((p), (v), __ATOMIC_SEQ_CST)
#define __sync_add_and_fetch(p, v, ...) __atomic_add_fetch((p), (v), __ATOMIC_SEQ_CST)
#define __sync_sub_and_fetch(p, v, ...) __atomic_sub_fetch((p), (v), __ATOMIC_SEQ_CST)
#define __sync_val_compare_and_swap(p, old, new, ...)                               \
  ({                                                                                \
    __typeof__(*(p)) onhook_old = (old);                                            \
    (void)__atomic_compare_exchange_n((p), &onhook_old, (new), 0, __ATOMIC_SEQ_CST, \
                                      __ATOMIC_SEQ_CST);                            \
    onhook_old;                                                                     \
  })
#define __sync_bool_compare_and_swap(p, old, new, ...)                                           \
  ({                                                                                             \
    __typeof__(*(p)) onhook_old = (old);                                                         \
    __atomic_compare_exchange_n((p), &onhook_old, (new), 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
  })
#define __sync_lock_test_and_set(p, v, ...) __atomic_exchange_n((p), (v), __ATOMIC_ACQUIRE)
#define __sync_lock_release(p, ...) __atomic_store_n((p), 0, __ATOMIC_RELEASE)

#endif
