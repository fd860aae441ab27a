// SPDX-License-Identifier: GPL-3.0-or-later
// What two detectors say differently of the same execution, and why that is right: the files
// known_differences.txt of onhook-tsan and onhook-asan.
//
//   scenario race_fence
//   difference only libtsan
//   cause RACE of consume and produce on message
//   because it takes a fence for nothing
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"

namespace onhook {

struct ExplainedDifference {
  std::string scenario;    ///< its file without folder and ending
  std::string difference;  ///< "only libtsan", "only ours: ordered", ...
  std::string cause;
  std::string reason;
};

/// Paragraphs of these four lines, in this order; # begins a comment.
std::variant<std::vector<ExplainedDifference>, Diagnostic> read_explained_differences(
    const std::string& path);

/// The reason, or null: nobody knows it.
const std::string* reason_for(std::string_view scenario, std::string_view difference,
                              std::string_view cause,
                              const std::vector<ExplainedDifference>& explained);

}  // namespace onhook
