// SPDX-License-Identifier: GPL-3.0-or-later
// From a commit of somebody's git clone to a built target, or the reason why there is none.
//
// The clone stays as it is (git_clone.h). What is built is kept by the content of what it is built
// from (janus_files.h), the core's rules and everything of ours that decides: commits that differ
// elsewhere share one plugin, and asking for it again costs milliseconds. So do failures.
//
// Nothing of the revision is run here, and our scripts and the compiler are confined
// (confinement.h): without network, writing only into their own folder and the compiler's cache,
// with limits on time, memory and file size.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "harness/host/git_clone.h"
#include "harness/host/janus_files.h"
#include "harness/host/target.h"

namespace onhook {

/// "CLONE@REVISION" or "CLONE@REVISION+VARIANT".
struct RevisionName {
  std::string clone;     ///< a folder
  std::string revision;  ///< whatever git understands
};
/// Nothing when no text in front of an '@' names a folder, or when the whole does.
std::optional<RevisionName> parse_revision_name(std::string_view name);

/// What decides what a commit's plugin is and how it is judged; found without building anything.
struct RevisionInputs {
  std::string key;  ///< equal keys: the same plugin under the same rules
  std::string core_rules;
  std::string version;  ///< as configure.ac says, or "unknown"
  JanusFiles files;
};

class RevisionTargets {
 public:
  /// Or in one line why the folder is no clone.
  static std::variant<std::unique_ptr<RevisionTargets>, std::string> open(
      const std::string& clone, const TargetPaths& paths = default_target_paths());

  GitClone& clone() { return *clone_; }

  /// Of a commit, by its full id; or in one line why it has no plugin.
  std::variant<RevisionInputs, std::string> inputs_of(const std::string& commit,
                                                      const std::string& variant = {});
  /// Is the plugin there, or known not to compile? Then target_of() does not build.
  bool is_known(const RevisionInputs& inputs) const;
  /// Builds what is not there. Several processes may ask for the same.
  TargetResult target_of(const std::string& commit, const std::string& variant = {});
  /// Builders live and die with this process's group.
  void keep_builders_in_group() { own_group_ = false; }

 private:
  RevisionTargets(std::unique_ptr<GitClone> clone, TargetPaths paths);
  /// "" when it cannot be found.
  std::string fingerprint_of(const std::string& variant);
  std::string folder_of(const RevisionInputs& inputs) const;
  TargetResult known(const RevisionInputs& inputs) const;
  std::string write_sources(const RevisionInputs& inputs, const std::string& folder);

  std::unique_ptr<GitClone> clone_;
  const TargetPaths paths_;
  bool own_group_ = true;
  JanusFileFinder finder_;
  std::map<std::string, std::string> fingerprints_;  // by variant
  std::map<std::string, RevisionInputs> inputs_;     // by commit and variant
  std::map<std::string, std::string> rules_;         // by the ids of the core's files
};

TargetResult resolve_revision(const RevisionName& name, const TargetPaths& paths);

}  // namespace onhook
