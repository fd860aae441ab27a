// SPDX-License-Identifier: GPL-3.0-or-later
// Reads commits, trees and files of somebody's git clone, which stays as it is: nothing is checked
// out, no ref, index or worktree is made, nothing is fetched. Replacement objects are not followed,
// so that an id stands for one content for ever.
//
// One `git cat-file --batch` answers all questions about objects; it lives as long as this does.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace onhook {

class GitClone {
 public:
  struct Commit {
    std::string id;
    std::vector<std::string> parents;  ///< as history() gives them; else those of the object
    std::string tree;
    std::string subject;
    std::int64_t time = 0;  ///< of the committer, seconds
  };
  struct Entry {
    bool is_tree = false;
    bool is_file = false;  ///< no symbolic link, no submodule
    std::string id;
  };
  using Tree = std::map<std::string, Entry>;

  /// A clone with or without a working tree; or in one line why it is none.
  static std::variant<std::unique_ptr<GitClone>, std::string> open(const std::string& folder);
  ~GitClone();
  GitClone(const GitClone&) = delete;
  GitClone& operator=(const GitClone&) = delete;

  /// The folder as an absolute path.
  const std::string& folder() const { return folder_; }
  /// The full id of the commit that a name (v1.2.4, HEAD~3, ...) stands for now; nullopt: none.
  std::optional<std::string> commit_named(const std::string& name) const;

  /// The names of tags by the full id of the commit that each stands for.
  std::map<std::string, std::vector<std::string>> tags() const;

  std::optional<Commit> commit(const std::string& id);
  /// Null when there is no such tree.
  const Tree* tree(const std::string& id);
  /// The file's content; nullopt when there is no such file or it is larger than 64 MB.
  std::optional<std::string> file(const std::string& id);
  /// What stands at a path below a tree.
  std::optional<Entry> find(const std::string& tree, std::string_view path);

  /// The commits that `include` reaches and none of `exclude` does, each after its parents.
  std::variant<std::vector<Commit>, std::string> history(const std::vector<std::string>& include,
                                                         const std::vector<std::string>& exclude,
                                                         bool first_parent = false);
  /// The best common ancestors of two commits; none when the histories have nothing in common.
  std::vector<std::string> merge_bases(const std::string& a, const std::string& b) const;

 private:
  struct Object {
    std::string type;
    std::string bytes;
  };
  explicit GitClone(std::string folder) : folder_(std::move(folder)) {}
  std::vector<std::string> git(std::vector<std::string> arguments) const;
  bool start_batch();
  void end_batch();
  std::optional<Object> object(const std::string& id);

  std::string folder_;
  std::map<std::string, std::optional<Tree>> trees_;  // by id
  pid_t batch_ = -1;
  int questions_ = -1;
  int answers_ = -1;
};

/// In the side of fork() that becomes git: no lock taken, nothing fetched, the clone that is named.
void quiet_git();

}  // namespace onhook
