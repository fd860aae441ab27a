// SPDX-License-Identifier: GPL-3.0-or-later
// The results of a matrix, in an SQLite database that outlives kills: each is there as a whole or
// not at all, and as soon as it is known (write-ahead log). A result is found again by what it
// depends on, so nothing is computed twice; several processes may use one file.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "harness/report/verdict.h"

struct sqlite3;

namespace onhook::cli {

/// A scenario on a plugin.
struct MatrixCell {
  RunResult result;      ///< without traces
  std::string no_build;  ///< why there was nothing to run; then `result` is empty
  std::string ladder;    ///< of its first violation, as `onhook run` prints it; "" none
  std::string schedule;  ///< the content of its .sched; "" none
};

class MatrixStore {
 public:
  /// Opens the file, or makes it; or in one line why it cannot be used.
  static std::variant<MatrixStore, std::string> open(const std::string& path);

  std::optional<MatrixCell> find(const std::string& key) const;
  /// "" or why it could not be kept.
  std::string keep(const std::string& key, const MatrixCell& cell);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace onhook::cli
