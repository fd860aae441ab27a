// SPDX-License-Identifier: GPL-3.0-or-later
// pthread threads as fibers; thread-specific data by fiber.
#include <pthread.h>
#include <sched.h>

#include <cerrno>
#include <climits>
#include <cstdint>
#include <map>

#include "harness/base/check.h"
#include "harness/host/symbols.h"
#include "harness/host/thread_label.h"
#include "harness/host/world.h"
#include "harness/interpose/real.h"
#include "harness/interpose/threads.h"
#include "harness/interpose/unmodelled.h"

using namespace onhook;

namespace onhook {
namespace {

/// Keys made inside the world start here, far from those that libc gave out before.
constexpr unsigned kFirstKey = 1u << 20;

/// Destructors of the keys that were made outside the world (GLib makes some when it is loaded).
void (*g_outer_destructors[PTHREAD_KEYS_MAX])(void*);

struct ThreadState {
  std::map<unsigned, void (*)(void*)> destructors;
  unsigned next_key = kFirstKey;
};

ThreadState* g_state = nullptr;

Thread* thread_of(pthread_t handle) { return reinterpret_cast<Thread*>(handle); }
pthread_t handle_of(const Thread& thread) { return reinterpret_cast<pthread_t>(&thread); }

/// POSIX: destructors run while values are left, PTHREAD_DESTRUCTOR_ITERATIONS times at most.
void run_destructors(Thread& self) {
  for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS && !self.specifics.empty(); ++round) {
    auto values = std::move(self.specifics);
    self.specifics.clear();
    for (const Thread::Specific& s : values) {
      void (*destructor)(void*) = nullptr;
      if (s.key < PTHREAD_KEYS_MAX) {
        destructor = g_outer_destructors[s.key];
      } else if (const auto found = g_state->destructors.find(s.key);
                 found != g_state->destructors.end()) {
        destructor = found->second;
      }
      if (destructor != nullptr && s.value != nullptr) destructor(const_cast<void*>(s.value));
    }
  }
}

}  // namespace

namespace {
[[maybe_unused]] const bool g_registered = [] {
  register_world_part([] { g_state = new ThreadState; });
  return true;
}();
}  // namespace

[[noreturn]] void finish_thread(void* value) {
  Scheduler& scheduler = *current_scheduler();
  run_destructors(scheduler.current());
  scheduler.exit_thread(value);
}

}  // namespace onhook

ONHOOK_EXPORT int pthread_create(pthread_t* handle, const pthread_attr_t* attributes,
                                 void* (*function)(void*), void* argument) {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) {
    return ONHOOK_REAL(pthread_create)(handle, attributes, function, argument);
  }
  ThreadLabel label = std::exchange(next_thread_label(), {});
  const void* entry = label.entry != nullptr ? label.entry : reinterpret_cast<void*>(function);
  std::string role = symbol_name(entry);
  if (label.name.empty()) label.name = role.empty() ? "thread" : role;
  Thread& thread = scheduler->spawn(label.name, role, [=] { finish_thread(function(argument)); });
  int detach_state = PTHREAD_CREATE_JOINABLE;
  if (attributes != nullptr) pthread_attr_getdetachstate(attributes, &detach_state);
  thread.detached = detach_state == PTHREAD_CREATE_DETACHED;
  *handle = handle_of(thread);
  return 0;
}

ONHOOK_EXPORT int pthread_join(pthread_t handle, void** value) {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return ONHOOK_REAL(pthread_join)(handle, value);
  Thread* thread = thread_of(handle);
  if (thread->detached) return EINVAL;
  if (thread == &scheduler->current()) return EDEADLK;
  Operation op = operation_on(OpKind::thread_join, thread, Access::read);
  op.object = thread->key;
  op.ready = [](void* t) { return static_cast<Thread*>(t)->finished; };
  op.context = thread;
  scheduler->perform(op);
  thread->detached = true;  // a second join is an error
  if (value != nullptr) *value = thread->exit_value;
  return 0;
}

ONHOOK_EXPORT int pthread_detach(pthread_t handle) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_detach)(handle);
  if (thread_of(handle)->detached) return EINVAL;
  thread_of(handle)->detached = true;
  return 0;
}

ONHOOK_EXPORT void pthread_exit(void* value) {
  if (current_scheduler() == nullptr) ONHOOK_REAL(pthread_exit)(value);
  finish_thread(value);
}

ONHOOK_EXPORT pthread_t pthread_self() {
  Scheduler* scheduler = current_scheduler();
  return scheduler == nullptr ? ONHOOK_REAL(pthread_self)() : handle_of(scheduler->current());
}

ONHOOK_EXPORT int pthread_setname_np(pthread_t handle, const char* name) {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return ONHOOK_REAL(pthread_setname_np)(handle, name);
  return 0;  // a lane keeps the full name that its maker gave it; libc's has 15 characters
}

ONHOOK_EXPORT int sched_yield() {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return ONHOOK_REAL(sched_yield)();
  Operation op;
  op.kind = OpKind::yield;
  scheduler->perform(op);
  return 0;
}

ONHOOK_EXPORT int pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) {
  if (current_scheduler() == nullptr) {
    const int failed = ONHOOK_REAL(pthread_key_create)(key, destructor);
    if (failed == 0 && *key < PTHREAD_KEYS_MAX) g_outer_destructors[*key] = destructor;
    return failed;
  }
  *key = g_state->next_key++;
  g_state->destructors[*key] = destructor;
  return 0;
}

ONHOOK_EXPORT int pthread_key_delete(pthread_key_t key) {
  if (current_scheduler() == nullptr) return ONHOOK_REAL(pthread_key_delete)(key);
  g_state->destructors.erase(key);
  return 0;
}

ONHOOK_EXPORT void* pthread_getspecific(pthread_key_t key) {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return ONHOOK_REAL(pthread_getspecific)(key);
  for (const Thread::Specific& s : scheduler->current().specifics) {
    if (s.key == key) return const_cast<void*>(s.value);
  }
  return nullptr;
}

ONHOOK_EXPORT int pthread_setspecific(pthread_key_t key, const void* value) {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return ONHOOK_REAL(pthread_setspecific)(key, value);
  for (Thread::Specific& s : scheduler->current().specifics) {
    if (s.key == key) {
      s.value = value;
      return 0;
    }
  }
  scheduler->current().specifics.push_back({key, value});
  return 0;
}
