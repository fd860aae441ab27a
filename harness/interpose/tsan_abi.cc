// SPDX-License-Identifier: GPL-3.0-or-later
// What code compiled with -fsanitize=thread calls, here without libtsan: every access to memory
// that others might see, every atomic operation, every function entered and left. Atomics are
// scheduling points; plain accesses are counted (an endless loop shows), and become scheduling
// points where the harness has asked for it.
#include <cstddef>
#include <cstdint>

#include "harness/host/code_events.h"
#include "harness/host/field_watch.h"
#include "harness/host/library_call.h"
#include "harness/interpose/libtsan.h"
#include "harness/interpose/real.h"
#include "harness/sched/watcher.h"

using namespace onhook;

namespace {

/// A plain access that an event of the scenario names is a step, once.
[[gnu::noinline]] bool named_access(Scheduler& scheduler, const PlainAccess& access) {
  const CodeAct act = access.access == Access::write ? CodeAct::writes : CodeAct::reads;
  const CodeEvents::Words words =
      code_event_words(act, reinterpret_cast<const void*>(access.address), access.bytes);
  if (words.verb == 0) return false;
  Operation op;
  op.kind = access.access == Access::write ? OpKind::write : OpKind::read;
  op.access = access.access;
  op.object = access.address;
  op.size = access.bytes;
  op.pc = access.pc;
  op.verb = words.verb;
  op.detail = words.detail;
  scheduler.perform(op);
  scheduler.tell_access(access);
  return true;
}

inline void access(const void* address, std::size_t bytes, Access kind, const void* pc) {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return;
  if (++scheduler->accesses > scheduler->limits().accesses) [[unlikely]] {
    scheduler->end_from_inside(End::spin_limit, "a loop without a visible step");
  }
  const PlainAccess plain{reinterpret_cast<std::uintptr_t>(address),
                          static_cast<std::uint32_t>(bytes), kind,
                          reinterpret_cast<std::uintptr_t>(pc)};
  if (g_code_hooks.events == nullptr || !named_access(*scheduler, plain)) [[likely]] {
    scheduler->plain_access(plain);
  }
  tell_watcher([&](Watcher& w, const Thread& t) { w.on_access(t, plain); });
  if (FieldWatch* watch = FieldWatch::get()) {
    if (kind == Access::write) {
      watch->on_write(reinterpret_cast<std::uintptr_t>(address), bytes);
    } else {
      watch->flush();
    }
  }
}

/// The compiler's __ATOMIC_... constants; what is not known is as strong as can be.
MemoryOrder order_of(int order) {
  switch (order) {
    case __ATOMIC_RELAXED:
      return MemoryOrder::relaxed;
    case __ATOMIC_CONSUME:
    case __ATOMIC_ACQUIRE:
      return MemoryOrder::acquire;
    case __ATOMIC_RELEASE:
      return MemoryOrder::release;
    case __ATOMIC_ACQ_REL:
      return MemoryOrder::acq_rel;
    default:
      return MemoryOrder::seq_cst;
  }
}

template <typename T>
void atomic_step(OpKind kind, Access mode, const volatile T* address, const void* pc) {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return;
  Operation op = operation_on(kind, const_cast<const T*>(address), mode);
  op.size = sizeof(T);
  op.pc = reinterpret_cast<std::uintptr_t>(pc);
  const CodeEvents::Words words =
      code_event_words(mode == Access::write ? CodeAct::writes : CodeAct::reads,
                       const_cast<const T*>(address), sizeof(T));
  op.verb = words.verb;
  op.detail = words.detail;
  FieldWatch* watch = FieldWatch::get();
  if (watch != nullptr) watch->flush();
  scheduler->perform(op);
  if (watch != nullptr && mode == Access::write) watch->on_write(op.object, op.size);
}

template <typename T>
void tell_atomic(AtomicKind kind, int order, const volatile T* address, const void* pc) {
  tell_watcher([&](Watcher& w, const Thread& t) {
    w.on_atomic(t, {reinterpret_cast<std::uintptr_t>(address), sizeof(T), kind, order_of(order),
                    reinterpret_cast<std::uintptr_t>(pc)});
  });
}

/// Before a compare-and-swap. One that will fail is a load of the failure order.
template <typename T>
void compare_step(volatile T* address, T expected, int order, int failure_order, const void* pc) {
  atomic_step(OpKind::atomic_rmw, Access::write, address, pc);
  if (*address == expected) {
    tell_atomic(AtomicKind::rmw, order, address, pc);
  } else {
    tell_atomic(AtomicKind::load, failure_order, address, pc);
  }
}

/// The value found.
template <typename T>
T compare_and_swap(volatile T* address, T expected, T desired) {
  const T old = *address;
  if (old == expected) *address = desired;
  return old;
}

template <typename T>
int compare_exchange(volatile T* address, T* expected, T desired) {
  const T old = compare_and_swap(address, *expected, desired);
  if (old == *expected) return 1;
  *expected = old;
  return 0;
}

}  // namespace

#define ONHOOK_ACCESS(name, bytes, kind, libtsans)      \
  ONHOOK_EXPORT void __tsan_##name##bytes(void* a) {    \
    const void* pc = __builtin_return_address(0);       \
    access(a, bytes, kind, pc);                         \
    ONHOOK_TO_LIBTSAN(__tsan_##libtsans##bytes, pc, a); \
  }

// libtsan has no unaligned byte, and no function for volatile accesses.
#define ONHOOK_PLAIN(bytes, unaligned)                                   \
  ONHOOK_ACCESS(read, bytes, Access::read, read)                         \
  ONHOOK_ACCESS(write, bytes, Access::write, write)                      \
  ONHOOK_ACCESS(unaligned_read, bytes, Access::read, unaligned##read)    \
  ONHOOK_ACCESS(unaligned_write, bytes, Access::write, unaligned##write) \
  ONHOOK_ACCESS(volatile_read, bytes, Access::read, read)                \
  ONHOOK_ACCESS(volatile_write, bytes, Access::write, write)

ONHOOK_PLAIN(1, )
ONHOOK_PLAIN(2, unaligned_)
ONHOOK_PLAIN(4, unaligned_)
ONHOOK_PLAIN(8, unaligned_)
ONHOOK_PLAIN(16, unaligned_)

ONHOOK_EXPORT void __tsan_read_range(void* a, unsigned long n) {
  const void* pc = __builtin_return_address(0);
  access(a, n, Access::read, pc);
  ONHOOK_TO_LIBTSAN(__tsan_read_range, pc, a, n);
}
ONHOOK_EXPORT void __tsan_write_range(void* a, unsigned long n) {
  const void* pc = __builtin_return_address(0);
  access(a, n, Access::write, pc);
  ONHOOK_TO_LIBTSAN(__tsan_write_range, pc, a, n);
}
ONHOOK_EXPORT void __tsan_init() {}
ONHOOK_EXPORT void __tsan_vptr_update(void**, void*) {}
ONHOOK_EXPORT void __tsan_vptr_read(void**) {}

ONHOOK_EXPORT void __tsan_func_entry(void* call_site) {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return;
  const auto pc = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
  Thread& thread = scheduler->current();
  thread.calls.push_back(pc);
  thread.call_sites.push_back(reinterpret_cast<std::uintptr_t>(call_site));
  ++thread.calls_version;
  if (g_code_hooks.used()) [[unlikely]]
    pass_function(CodeAct::enters, pc);
  ONHOOK_TO_LIBTSAN(__tsan_func_entry, nullptr, call_site);
}

ONHOOK_EXPORT void __tsan_func_exit() {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return;
  if (FieldWatch* watch = FieldWatch::get()) watch->flush();
  if (g_code_hooks.used()) [[unlikely]] {
    pass_function(CodeAct::leaves, reinterpret_cast<std::uintptr_t>(__builtin_return_address(0)));
  }
  Thread& thread = scheduler->current();
  if (thread.calls.empty()) return;
  const std::uintptr_t site = thread.call_sites.back();
  const std::uintptr_t function = thread.calls.back();
  thread.calls.pop_back();
  thread.call_sites.pop_back();
  ++thread.calls_version;
  ONHOOK_TO_LIBTSAN(__tsan_func_exit, nullptr);
  if (g_watcher != nullptr && !in_one_object(function, site)) {
    tell_watcher([&](Watcher& w, const Thread& t) { w.on_return(t, site); });
  }
}

ONHOOK_EXPORT void __tsan_atomic_thread_fence(int order) {
  tell_watcher([&](Watcher& w, const Thread& t) { w.on_fence(t, order_of(order)); });
  ONHOOK_TO_LIBTSAN(__tsan_atomic_thread_fence, __builtin_return_address(0), order);
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
ONHOOK_EXPORT void __tsan_atomic_signal_fence(int) {}

#define ONHOOK_RMW(bits, T, name, expression)                                   \
  ONHOOK_EXPORT T __tsan_atomic##bits##_##name(volatile T* a, T v, int order) { \
    const void* pc = __builtin_return_address(0);                               \
    atomic_step(OpKind::atomic_rmw, Access::write, a, pc);                      \
    tell_atomic(AtomicKind::rmw, order, a, pc);                                 \
    ONHOOK_TO_LIBTSAN(__tsan_atomic##bits##_##name, pc, a, v, order);           \
    const T old = *a;                                                           \
    *a = static_cast<T>(expression);                                            \
    return old;                                                                 \
  }

#define ONHOOK_COMPARE(bits, T, name)                                                 \
  ONHOOK_EXPORT int __tsan_atomic##bits##_##name(volatile T* a, T* c, T v, int order, \
                                                 int failure) {                       \
    const void* pc = __builtin_return_address(0);                                     \
    compare_step(a, *c, order, failure, pc);                                          \
    ONHOOK_TO_LIBTSAN(__tsan_atomic##bits##_##name, pc, a, c, v, order, failure);     \
    return compare_exchange(a, c, v);                                                 \
  }

#define ONHOOK_ATOMIC(bits, T)                                                                   \
  ONHOOK_EXPORT T __tsan_atomic##bits##_load(const volatile T* a, int order) {                   \
    const void* pc = __builtin_return_address(0);                                                \
    atomic_step(OpKind::atomic_load, Access::read, a, pc);                                       \
    tell_atomic(AtomicKind::load, order, a, pc);                                                 \
    ONHOOK_TO_LIBTSAN(__tsan_atomic##bits##_load, pc, a, order);                                 \
    return *a;                                                                                   \
  }                                                                                              \
  ONHOOK_EXPORT void __tsan_atomic##bits##_store(volatile T* a, T v, int order) {                \
    const void* pc = __builtin_return_address(0);                                                \
    atomic_step(OpKind::atomic_store, Access::write, a, pc);                                     \
    tell_atomic(AtomicKind::store, order, a, pc);                                                \
    ONHOOK_TO_LIBTSAN(__tsan_atomic##bits##_store, pc, a, v, order);                             \
    *a = v;                                                                                      \
  }                                                                                              \
  ONHOOK_RMW(bits, T, exchange, v)                                                               \
  ONHOOK_RMW(bits, T, fetch_add, old + v)                                                        \
  ONHOOK_RMW(bits, T, fetch_sub, old - v)                                                        \
  ONHOOK_RMW(bits, T, fetch_and, old& v)                                                         \
  ONHOOK_RMW(bits, T, fetch_or, old | v)                                                         \
  ONHOOK_RMW(bits, T, fetch_xor, old ^ v)                                                        \
  ONHOOK_RMW(bits, T, fetch_nand, ~(old & v))                                                    \
  ONHOOK_COMPARE(bits, T, compare_exchange_strong)                                               \
  ONHOOK_COMPARE(bits, T, compare_exchange_weak)                                                 \
  ONHOOK_EXPORT T __tsan_atomic##bits##_compare_exchange_val(volatile T* a, T c, T v, int order, \
                                                             int failure) {                      \
    const void* pc = __builtin_return_address(0);                                                \
    compare_step(a, c, order, failure, pc);                                                      \
    ONHOOK_TO_LIBTSAN(__tsan_atomic##bits##_compare_exchange_val, pc, a, c, v, order, failure);  \
    return compare_and_swap(a, c, v);                                                            \
  }

ONHOOK_ATOMIC(8, std::uint8_t)
ONHOOK_ATOMIC(16, std::uint16_t)
ONHOOK_ATOMIC(32, std::uint32_t)
ONHOOK_ATOMIC(64, std::uint64_t)
