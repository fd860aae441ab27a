// SPDX-License-Identifier: GPL-3.0-or-later
// Writes down what happens in one call, in the words of the simulation (fakes/vocabulary.h), as the
// client, the SIP peer and the server's log tell it. Facts stand in the order in which they reached
// this process: between two lanes that is near the true order, not proof of it.
#pragma once

#include <cstddef>
#include <string_view>

#include "harness/base/ids.h"
#include "harness/trace/event.h"

namespace onhook::e2e {

class Recorder {
 public:
  Recorder();

  /// `lane` is a name of a lane; with a `role`, of the latest thread of that role and name.
  void record(std::string_view lane, std::string_view role, std::string_view actor,
              std::string_view verb, std::string_view detail);
  /// What an actor does or is told itself.
  void record(std::string_view actor, std::string_view verb, std::string_view detail) {
    record(actor, "", actor, verb, detail);
  }
  /// What follows under this name and role is another thread's.
  void new_thread(std::string_view lane, std::string_view role);

  void begin_race() { race_begins_ = trace_.facts.size(); }
  /// What comes now is the taking down.
  void stop() { stopped_ = true; }

  std::size_t race_begins() const { return race_begins_; }
  const Trace& trace() const { return trace_; }
  /// Since the latest fact, or since the beginning.
  TimeNs silence() const;

 private:
  ThreadId lane_of(std::string_view name, std::string_view role);

  TimeNs start_;
  TimeNs latest_;
  Trace trace_;
  std::size_t race_begins_ = 0;
  bool stopped_ = false;
};

}  // namespace onhook::e2e
