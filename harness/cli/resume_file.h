// SPDX-License-Identifier: GPL-3.0-or-later
// The file of `onhook run --resume`: where each cell of a campaign stands, rewritten as a whole a
// few times a second. Written beside and renamed after a sync: a reader, and a crash of the
// machine, see the old file or the new one. What happened since the file was written each cell
// keeps itself in a journal beside it (FILE.1, FILE.2, ...), so that a run that is killed loses the
// execution in flight; once the run has ended the journals are removed.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/explore/run_cell.h"

namespace onhook::cli {

class ResumeFile {
 public:
  /// Reads the file, or begins a new one if there is none; `jobs` is kept in a new one. A file that
  /// is something else is an error, and is left alone.
  static std::variant<ResumeFile, Diagnostic> open(const std::string& path, int jobs);

  /// Of the run that began the file: how its cells were cut into parts depends on it.
  int jobs() const { return jobs_; }
  /// Gives the cells their journals, and the positions that are known of them: none to a cell that
  /// is not in the file, or was searched differently.
  void prepare(std::vector<CellRequest>& cells) const;
  void remove_journals(const std::vector<CellRequest>& cells) const;

  void keep(const CellRequest& cell, const std::string& position);
  /// Writes what is new, unless it was written less than kPeriod ago. The error, if any.
  std::optional<Diagnostic> write_if_due();
  std::optional<Diagnostic> write();

 private:
  static constexpr std::chrono::milliseconds kPeriod{400};

  std::string path_;
  int jobs_ = 1;
  std::map<std::string, std::string> positions_;  // by what names the cell and its search
  bool dirty_ = false;
  std::chrono::steady_clock::time_point written_;
};

}  // namespace onhook::cli
