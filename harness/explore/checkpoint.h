// SPDX-License-Identifier: GPL-3.0-or-later
// Where the exploration of one cell stands, as bytes: a process that is killed loses nothing of
// what another one of the same cell reads here and goes on from. The campaign keeps the bytes in a
// file (harness/cli/resume_file.h) and does not look into them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/explore/explorer.h"
#include "harness/report/verdict.h"

namespace onhook {

struct Checkpoint {
  /// Of onhook, scenario and plugin: what is saved means nothing to a search in anything else.
  std::string fingerprint;
  /// The orders that are done, all violations found, the seconds spent; or the final result.
  RunResult so_far;
  /// Null: so_far is final.
  std::optional<OrderPosition> in_work;
  /// The plain accesses that are steps by now (point_names.h).
  std::vector<std::string> points = {};
};

std::string to_bytes(const Checkpoint& checkpoint);

/// Nullopt: these are no such bytes.
std::optional<Checkpoint> parse_checkpoint(std::string_view bytes);

/// What a resumed exploration starts from, of a checkpoint that is not final.
Resumption resumption_of(const Checkpoint& checkpoint);

/// Stands for the executable that runs: another build may ask other questions of a search.
std::string engine_fingerprint();

}  // namespace onhook
