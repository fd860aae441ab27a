// SPDX-License-Identifier: GPL-3.0-or-later
// What is left of calls when all is over and the fakes cannot see, as facts ("observed"): what the
// plugin's sessions hold ("relayer_thread none", "recorders none", "s_nh_i set"), read from their
// memory, and how many media sockets and pipes are open in the process ("sockets 2").
//
// Only told apart: a pointer that holds something from one that holds nothing; a trace has no
// addresses. A revision without such a field, or without debug information, is not asked.
#pragma once

#include <string>

#include "fakes/world.h"
#include "harness/host/field_layout.h"
#include "harness/kernel/kernel.h"

namespace onhook {

class Leftovers {
 public:
  /// The plugin's object.
  explicit Leftovers(const std::string& so_path);

  /// Sessions are told apart by the order of their allocation, which is that of the browsers.
  void note(fakes::FakeWorld& world, Kernel& kernel) const;

 private:
  std::optional<FieldLayout> session_;
  std::optional<FieldLayout> stack_;
};

}  // namespace onhook
