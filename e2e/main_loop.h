// SPDX-License-Identifier: GPL-3.0-or-later
// The one thread of a run: the client, the SIP peer and what the server prints all live in GLib's
// default main context. Who waits for something runs that context until it is there.
#pragma once

#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/ids.h"

namespace onhook::e2e {

/// The real clock, nanoseconds; only differences mean anything.
TimeNs now();

/// Runs the main context until `done`; a Failure that names `what` when it is not within `limit`,
/// and when the process has been asked to end (SIGINT, SIGTERM).
void wait_until(const std::function<bool()>& done, TimeNs limit, std::string_view what);

/// The same for a fixed time.
void pass(TimeNs time);

void fail_later(std::string why);

/// Runs what a C library calls back: a Failure must not pass through it, and is thrown by who
/// waits.
template <typename Job>
void guarded(Job&& job) {
  try {
    job();
  } catch (const std::exception& error) {
    fail_later(error.what());
  }
}

/// Jobs that the main context runs later, each once. Those whose time has not come when it goes are
/// dropped.
class Timers {
 public:
  Timers() = default;
  ~Timers() { drop(); }
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  void after(TimeNs time, std::function<void()> job);
  void drop();

 private:
  struct Job;
  std::vector<Job*> jobs_;
};

/// From now on SIGINT and SIGTERM make who waits fail, so that everything is taken down in order.
void catch_signals();

}  // namespace onhook::e2e
