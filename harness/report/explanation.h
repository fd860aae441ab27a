// SPDX-License-Identifier: GPL-3.0-or-later
// Why an execution broke its law: the step that decided it, and the two steps that came in the
// wrong order. Found by running variations (explore/explain_violation.h); said by the ladder and by
// the JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/ids.h"

namespace onhook {

struct StackFrame {
  std::string function;
  std::string place;  ///< "janus_sip.c:7781", or "" when it is not known
};

/// Something that a thread did, with its stack.
struct ExplainedStep {
  std::string thread;             ///< its lane
  std::string what;               ///< "writes media.has_audio", "poll"
  std::uint32_t step = 0;         ///< of the scheduler, as in Fact; 0: it never came to it
  TimeNs time = 0;                ///< virtual
  std::vector<StackFrame> stack;  ///< the innermost first; empty: not the code under test
};

struct CriticalStep {
  ExplainedStep at;
  std::string claim;    ///< what was tried after it and before it, in words
  bool proven = false;  ///< every continuation was tried, not some
};

/// In the failing execution `first` came before `second`; the other way round the law holds.
struct CriticalPair {
  ExplainedStep first;
  ExplainedStep second;
  std::string claim;
};

struct Explanation {
  std::optional<CriticalStep> step;
  std::optional<CriticalPair> pair;
  std::vector<std::string> remarks;  ///< what could not be found, and why
};

}  // namespace onhook
