// SPDX-License-Identifier: GPL-3.0-or-later
// A thread of the world: a fiber with the operation it is about to do.
#pragma once

#include <boost/context/detail/fcontext.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/sched/operation.h"
#include "harness/sched/time_zone.h"

namespace onhook {

class Thread {
 public:
  ThreadId id = kNoThread;
  /// Who made it and as which child: the same thread in every interleaving has the same key.
  std::uint64_t key = 0;
  std::uint32_t children = 0;

  std::string name;  ///< its lane: "siprtp alice"
  std::string role;  ///< entry function of the plugin's, or ""
  std::function<void()> body;

  bool finished = false;
  bool detached = false;
  bool begun = false;      ///< it has taken its first step
  bool transient = false;  ///< a delayed step: no start and no exit of its own in the trace
  bool daemon = false;     ///< idle for ever is fine (a handler waiting for work)
  void* exit_value = nullptr;

  /// What it will do when chosen. Meaningless while it is the running thread.
  Operation pending;
  TimeZone::Slot timer = TimeZone::kNone;  ///< armed for pending.timer
  Wake wake = Wake::ready;                 ///< how the last operation happened
  bool signalled = false;                  ///< a condition it waits on was signalled
  bool withheld = false;                   ///< pending may not run out any more, and was said so
  std::int16_t event = -1;                 ///< the scenario's event that pending is, or -1
  std::uint32_t yields = 0;                ///< consecutive yields without progress of its own

  boost::context::detail::fcontext_t context = nullptr;
  char* stack = nullptr;  ///< lowest address
  std::size_t stack_bytes = 0;
  int saved_errno = 0;
  int cond_errno = 0;

  /// pthread keys and their values; few, so a flat list.
  struct Specific {
    unsigned key;
    const void* value;
  };
  std::vector<Specific> specifics;

  /// Return addresses of the instrumented functions it is in, innermost last.
  std::vector<std::uintptr_t> calls;
  /// Where each of them was called from: one frame further out, in the same places.
  std::vector<std::uintptr_t> call_sites;
  std::uint64_t calls_version = 0;  ///< changes with them
  /// The library function that it is in was called from here by the instrumented function at this
  /// depth of calls; 0: not known.
  std::uintptr_t library_call = 0;
  std::size_t library_depth = 0;

  /// Where the innermost instrumented function is now, as far as a call tells: a return address.
  std::uintptr_t call_pc() const {
    if (library_call != 0 && library_depth == calls.size()) return library_call;
    return calls.empty() ? 0 : calls.back();
  }

  /// What it holds, for deadlock reports and lock laws: addresses of mutexes.
  std::vector<ObjectId> held;
};

}  // namespace onhook
