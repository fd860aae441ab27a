// SPDX-License-Identifier: GPL-3.0-or-later
// What a judge found (harness/race/finding.h), in names: for the ladder and the JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/report/explanation.h"

namespace onhook {

struct JudgedDeed {
  ExplainedStep at;                ///< thread, what it did, when, stack
  std::vector<std::string> locks;  ///< held meanwhile
  /// Path of the .sched of the execution that it was done in, where that is another one than the
  /// violation's; "" else.
  std::string schedule = {};
};

struct Judgement {
  /// What two reports of one root cause share: law, functions, object. Duplicates are merged by it.
  std::string cause;
  std::string object;             ///< "media.has_audio of the session", "global counter"; "" none
  std::vector<JudgedDeed> deeds;  ///< the earlier first
  std::optional<JudgedDeed> allocated;
  std::optional<JudgedDeed> freed;
  bool is_end = false;  ///< it is what ended the execution; not written down
};

}  // namespace onhook
