// SPDX-License-Identifier: GPL-3.0-or-later
// The real libtsan in this process: started by hand, when the address space is as it has to be; a
// TSan fiber for each thread of the world, switched to when something is done in the thread's name
// (so the scheduler need not know); its reports, read.
//
// None of libtsan's interceptors is called: it comes behind libc and our own definitions, so memory
// and synchronisation are known to it by what we say alone. (But one: it needs the loader behind
// it, and so answers __tls_get_addr(), which is why it is started before anything else happens.)
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/interpose/libtsan.h"

namespace onhook::libtsan {

/// What libtsan prints itself.
enum class Text { hidden, shown };

/// Once a process, first of all.
void start(Text text);
/// A process forked off later has it too, but begins with this: else libtsan opens a new file to
/// print to.
void begin_forked();

/// A thread is made by another one; kNoThread: by the harness.
void spawn(ThreadId parent, ThreadId child);
/// While one lives, libtsan prints nothing.
class Hush {
 public:
  Hush();
  ~Hush();
  Hush(const Hush&) = delete;
  Hush& operator=(const Hush&) = delete;
};

/// Back to the fiber that the process began with.
void leave();

/// One of the two accesses of a report.
struct ReportedAccess {
  ThreadId thread = kNoThread;
  std::uintptr_t address = 0;
  std::uint32_t bytes = 0;
  bool write = false;
  bool atomic = false;
  /// As in Deed: innermost first, frames of ours and of libtsan's left out. Empty: libtsan has
  /// forgotten, or no instrumented code was at it.
  std::vector<std::uintptr_t> stack;
};

struct Report {
  std::string what;  ///< "data-race"
  ReportedAccess earlier;
  ReportedAccess later;  ///< that which is about to happen
};

/// Who hears of reports, at once.
void set_listener(std::function<void(const Report&)> listener);

}  // namespace onhook::libtsan
