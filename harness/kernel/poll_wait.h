// SPDX-License-Identifier: GPL-3.0-or-later
// One call of poll(2), as Linux goes about it:
//
// - Each pass looks the numbers up afresh, so one that was closed meanwhile reports POLLNVAL and
// one
//   that was reused reports on its new meaning.
// - Sleeping is different: what is slept on are the descriptions of the first pass, kept alive
// until
//   the call returns. Closing a number wakes nobody; the port behind it stays taken.
// - The time-out ends with one more pass.
#pragma once

#include <poll.h>

#include <span>
#include <vector>

#include "harness/kernel/descriptor_table.h"

namespace onhook {

class PollWait {
 public:
  PollWait(DescriptorTable& table, std::span<pollfd> fds, const Caller& caller);

  /// One pass: fills in every revents, returns how many are not 0. The first call starts the watch.
  int check();
  /// True once a description of the first pass has woken its sleepers since the last check().
  bool woken() const;
  /// What the call depends on: the descriptions watched; before the first check(), those that the
  /// numbers stand for now.
  std::vector<ObjectId> objects() const;

 private:
  struct Watched {
    DescriptionPtr description;
    PollEvents events = 0;
    std::uint64_t wakeups_seen = 0;
  };

  DescriptorTable& table_;
  std::span<pollfd> fds_;
  Caller caller_;
  std::vector<Watched> watched_;
  bool started_ = false;
};

}  // namespace onhook
