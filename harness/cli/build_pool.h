// SPDX-License-Identifier: GPL-3.0-or-later
// Builds plugins of commits in processes of their own, some at a time, while somebody else judges
// others. What is wanted first is built first; what is not wanted any more is given up. Results are
// in the cache (revision_target.h), where target_of() finds them.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/host/target.h"

namespace onhook::cli {

class BuildPool {
 public:
  BuildPool(std::string clone, std::string variant, int jobs);
  /// Gives up what is still being built.
  ~BuildPool();
  BuildPool(const BuildPool&) = delete;
  BuildPool& operator=(const BuildPool&) = delete;

  /// Builds these commits, the first with all processors, the others beside it and with less right
  /// to them. Returns at once.
  void want(const std::vector<std::string>& commits);
  /// Waits until this one, which is wanted, is built or could not be. "" or why not, where the
  /// cache would not know (it was killed).
  std::string wait_for(const std::string& commit);

  /// Begun, and begun in vain.
  std::size_t begun() const { return begun_; }
  std::size_t given_up() const { return given_up_; }

 private:
  struct Build {
    pid_t pid = -1;
    int message = -1;  ///< what it has to say before it ends
  };
  void start(const std::string& commit, bool first);
  void collect();
  void end(const Build& build);

  const std::string clone_;
  const std::string variant_;
  const std::size_t jobs_;
  std::vector<std::string> wanted_;
  std::map<std::string, Build> running_;       // by commit
  std::map<std::string, std::string> errors_;  // of the finished ones
  std::size_t begun_ = 0;
  std::size_t given_up_ = 0;
};

}  // namespace onhook::cli
