// SPDX-License-Identifier: GPL-3.0-or-later
// One cell in a process of its own: a plugin that corrupts memory, hangs or kills itself takes
// nothing but its cell along. The campaign polls the two descriptors, and asks for the result once
// the process is gone.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "harness/cli/engine.h"
#include "harness/report/wire.h"

namespace onhook::cli {

class CellWorker {
 public:
  /// What the process said since it was last asked, in order.
  struct News {
    std::vector<CellMessage> messages;
    std::string standard_error;
  };

  /// Forks. The caller must have no other thread, and nothing buffered in stdio.
  CellWorker(const CellRequest& cell, const CellRunner& run);
  /// Kills the process if it still runs.
  ~CellWorker();
  CellWorker(const CellWorker&) = delete;
  CellWorker& operator=(const CellWorker&) = delete;

  /// Memory of the process that is not swapped out; 0 when it is gone.
  std::uint64_t resident_bytes() const;
  int message_descriptor() const { return message_fd_; }  ///< -1 once closed
  int error_descriptor() const { return error_fd_; }      ///< -1 once closed
  /// Takes in what can be read without waiting.
  News read();

  /// Asks the exploration to end after its current execution.
  void request_stop();
  /// Ends the process at once; `why` becomes the fault of a cell that had no result yet.
  void kill_because(std::string why);
  /// True once the process is gone and everything that it wrote has been read.
  bool finished();
  /// Of a finished cell: what it sent, or what its death says about it.
  RunResult result() const;

  const CellRequest& cell() const { return cell_; }
  const Progress& progress() const { return progress_; }

 private:
  struct StopPage;
  [[noreturn]] void be_the_child(const CellRunner& run, int message_fd, int error_fd);
  void note(const CellMessage& message);
  RunResult result_of_death() const;

  CellRequest cell_;
  StopPage* stop_page_ = nullptr;  // shared with the process, so that restoring memory spares it
  pid_t pid_ = -1;
  int message_fd_ = -1;
  int error_fd_ = -1;
  bool reaped_ = false;
  int status_ = 0;  // of waitpid
  WireReader reader_;
  Progress progress_;
  std::vector<Violation> found_;
  std::optional<RunResult> result_;
  std::string error_tail_;
  std::string killed_because_;
};

}  // namespace onhook::cli
