// SPDX-License-Identifier: GPL-3.0-or-later
// Which commits of a clone's history are worth a row: those that change what the plugin is built
// from or how its core behaves, or those that carry a tag.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "harness/host/revision_target.h"

namespace onhook::cli {

struct MatrixRow {
  std::string commit;  ///< full id
  std::string subject;
  std::vector<std::string> tags;
  std::int64_t time = 0;            ///< of the committer, seconds
  std::string key;                  ///< of RevisionInputs; equal keys: the same plugin and core
  std::string no_plugin;            ///< why there is none, in one line; "" there is one
  std::vector<std::size_t> before;  ///< rows right before it, one for each line of history
};

struct MatrixRange {
  std::string since;  ///< full id, a row of its own; "": from the first commit with a plugin on
  std::string until;  ///< full id, a row of its own
  std::string variant;
  bool only_tags = false;
};

struct MatrixRows {
  std::vector<MatrixRow> rows;  ///< each after those before it
  std::size_t commits = 0;      ///< that were looked at
};

/// Or in one line what is wrong with the range.
std::variant<MatrixRows, std::string> rows_of(RevisionTargets& targets, const MatrixRange& range);

}  // namespace onhook::cli
