// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: a history made of the packaged sources and the founding bug. It is broken and mended
// again; in between a commit does not compile, one moves all files, and one brings another layout
// of plugin.h.
#pragma once

#include <map>
#include <string>

#include "harness/base/testing.h"
#include "harness/host/git_testing.h"

namespace onhook::testing_process {

class JanusHistory {
 public:
  /// good, readme, uncompiled, compiled, broken, moved, other_layout, mended, end: in this order.
  JanusHistory();

  const testing_git::Repository& repo() const { return repo_; }
  std::string folder() const { return repo_.folder(); }
  /// The id of a commit by its name.
  const std::string& operator[](const std::string& name) const { return commits_.at(name); }

  /// What a target is built from as the next commit; `folder` is where plugins/ comes.
  void import(const std::string& name, const std::string& target, const std::string& folder,
              const std::string& subject);
  void commit(const std::string& name, const std::string& subject);

 private:
  testing_git::Repository repo_;
  std::map<std::string, std::string> commits_;
};

}  // namespace onhook::testing_process
