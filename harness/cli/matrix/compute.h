// SPDX-License-Identifier: GPL-3.0-or-later
// Fills a store with the cells that a matrix lacks: every scenario on every plugin, newest first,
// a plugin at a time; while its scenarios run, the next plugins are built. What another matrix on
// the same store is at is left for the end, when it is found there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "harness/cli/campaign.h"
#include "harness/cli/matrix/claims.h"
#include "harness/cli/matrix/rows.h"
#include "harness/cli/matrix/store.h"

namespace onhook::cli {

struct MatrixRequest {
  std::vector<std::string> scenarios;  ///< paths
  std::string variant;
  std::string suppressions;  ///< the text of the file that they are from; "" none
  CellRequest cell;          ///< all but scenario and target
  CampaignOptions campaign;
};

struct MatrixFigures {
  std::size_t cells = 0;     ///< of different plugins and scenarios
  std::size_t computed = 0;  ///< now; the others were in the store
  std::size_t left = 0;      ///< not known: it was interrupted, or a process died by chance
  std::size_t plugins = 0;
  std::size_t built = 0;  ///< now
  double seconds = 0;     ///< real time
  double exploring = 0;   ///< of it, with a plugin at hand
  bool interrupted = false;
  std::string error;  ///< the store could not keep a result: then it ends
};

class MatrixObserver {
 public:
  virtual ~MatrixObserver() = default;
  virtual void on_progress(const CampaignProgress&) {}
  virtual void on_output(std::string_view) {}
};

class MatrixRun {
 public:
  MatrixRun(RevisionTargets& targets, const Engine& engine, MatrixStore& store,
            const MatrixClaims& claims, MatrixRequest request, MatrixObserver& observer);

  MatrixFigures run(const MatrixRows& rows);
  /// What is known of a cell now; of one that is left, why.
  std::optional<MatrixCell> cell_of(const MatrixRow& row, const std::string& scenario) const;

 private:
  class Cells;
  struct Todo {
    const MatrixRow* row;
    std::vector<std::string> scenarios;
  };

  /// Under which a cell is kept: all that its result depends on.
  std::string key_of(const MatrixRow& row, const std::string& scenario) const;
  std::vector<std::string> missing(const MatrixRow& row) const;
  void keep(const MatrixRow& row, const MatrixCell& cell);
  void keep_unbuilt(const MatrixRow& row, const std::string& why);
  std::vector<Todo> compute(const std::vector<Todo>& todo, MatrixClaims::IfTaken if_taken);
  void explore(const MatrixRow& row, const std::vector<std::string>& scenarios);

  RevisionTargets& targets_;
  const Engine& engine_;
  MatrixStore& store_;
  const MatrixClaims& claims_;
  const MatrixRequest request_;
  MatrixObserver& observer_;
  std::map<std::string, std::string> hashes_;  // of scenarios, by path
  std::string onhook_;                         // what this program is
  /// What came of cells that are left, by key: what may go well another time is not kept.
  std::map<std::string, MatrixCell> by_chance_;
  MatrixFigures figures_;
};

}  // namespace onhook::cli
