// SPDX-License-Identifier: GPL-3.0-or-later
// A set of reads-from constraints, and the part of a scheduler that leads an execution towards it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/strategy/reads_from.h"

namespace onhook {

enum class Polarity : std::uint8_t {
  some,  ///< some read at this site sees that write
  none   ///< no read at this site does
};

struct Constraint {
  ReadsFrom pair;
  Polarity polarity = Polarity::some;
  friend auto operator<=>(const Constraint&, const Constraint&) = default;
};

using AbstractSchedule = std::vector<Constraint>;  ///< sorted, each once

/// Follows one execution. For a constraint with Polarity::some: until it is met, the read is held
/// back while the last write is another one; the right write is held back until somebody is about
/// to read, lest another one comes between; and once it is the last, other writes are held back
/// until the read has come. With Polarity::none: the read is held back while the last write is the
/// one to avoid. Inside a critical section all that goes for the lock that begins it, as far as
/// earlier executions showed which one that is. Nothing is held back for ever: a constraint that
/// did so for `patience` choices is given up, and where nothing else is left, what is held goes on
/// all the same.
class Guide {
 public:
  void restart(const AbstractSchedule& schedule, std::uint32_t patience);
  /// Before the questions of one choice; `pending` are the sites of all who could go on.
  void begin_choice(const std::vector<SiteId>& pending, const Sites& sites);
  /// True if the operation at this site should not be next.
  bool holds_back(SiteId site, const Sites& sites, const ReadsFromTrace& trace);
  /// Right before it happens, and before the trace knows of it.
  void on_step(SiteId site, const Sites& sites, const ReadsFromTrace& trace);

 private:
  struct Running {
    Constraint constraint;
    std::uint32_t patience = 0;
    bool awaited = false;  ///< somebody is about to read
    bool held = false;     ///< something, at this choice
    bool over = false;     ///< met, or given up
  };
  static bool breaks(const Running& running, SiteId site, const Sites& sites,
                     const ReadsFromTrace& trace);
  std::vector<Running> running_;
};

}  // namespace onhook
