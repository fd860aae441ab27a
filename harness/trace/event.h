// SPDX-License-Identifier: GPL-3.0-or-later
// What happened in one execution: facts, in order, with virtual time. Laws, ladders, likeness
// checks and the byte-for-byte comparison of replays read this and nothing else.
#pragma once

#include <string>
#include <vector>

#include "harness/base/ids.h"

namespace onhook {

/// One fact. The words are those of fakes/vocabulary.h: (actor, verb, detail); `detail` is a list
/// of attributes separated by ", ".
struct Fact {
  std::uint32_t step = 0;  ///< number of the scheduler step during which it happened
  ThreadId thread = 0;     ///< who did it
  TimeNs time = 0;         ///< virtual time
  StringId actor = 0;      ///< "" when the thread itself is the subject
  StringId verb = 0;
  StringId detail = 0;

  friend bool operator==(const Fact&, const Fact&) = default;
};

/// A lane of the ladder.
struct Lane {
  std::string name;     ///< "sip handler", "siprtp alice", "alice", "core loop"
  std::string role;     ///< entry function of a plugin thread ("janus_sip_relay_thread"), or ""
  unsigned number = 0;  ///< which of its role's, in the order of their making, from 1; no role: 0
};

struct Trace {
  std::vector<Lane> lanes;  ///< indexed by ThreadId
  std::vector<Fact> facts;
};

/// One line a fact, without addresses: "  12.500000  siprtp alice  exits". The form that is
/// compared byte for byte between replays and hashed into a schedule file.
std::string to_text(const Trace& trace);

}  // namespace onhook
