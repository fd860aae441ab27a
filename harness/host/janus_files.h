// SPDX-License-Identifier: GPL-3.0-or-later
// What a commit of Janus builds the SIP plugin from: the files that are compiled with it and every
// header that they can include, wherever that revision keeps them. Two commits with the same files
// build the same plugin, and a commit that touches none of them cannot change it.
//
// Include lines are followed without looking at #if: the list may be too long. Where it is too
// short (an include line that is written to be overlooked) the build does not find the file and
// fails.
#pragma once

#include <map>
#include <string>
#include <variant>
#include <vector>

#include "harness/host/git_clone.h"

namespace onhook {

/// scripts/lib/janus_files.txt.
struct JanusFileList {
  std::vector<std::string> units;   ///< "plugins/janus_sip", without suffix
  std::vector<std::string> needed;  ///< paths
  std::vector<std::string> core;    ///< those of the core that tell its rules
};
/// Empty lists when the file cannot be read.
JanusFileList read_janus_file_list(const std::string& path);

/// Paths are relative to the folder that holds plugins/, so that moving that folder changes
/// nothing.
struct JanusFiles {
  std::map<std::string, std::string> built;  ///< path -> id of the content
  std::map<std::string, std::string> core;
  std::string configure_ac;  ///< id of the content; "" none: the version is unknown
  std::string folder;        ///< "src/", or "" before 2022
};

class JanusFileFinder {
 public:
  JanusFileFinder(GitClone& clone, JanusFileList list) : clone_(clone), list_(std::move(list)) {}

  /// Those of a commit's tree; or in one line why it has no plugin that can be built.
  std::variant<JanusFiles, std::string> files_of(const std::string& tree);

 private:
  /// The include lines of one content.
  struct Includes {
    std::vector<std::string> quoted;
    std::vector<std::string> angled;
    /// It includes what only the preprocessor knows, so it may see any header.
    bool any_header = false;
  };
  const Includes& includes_of(const std::string& id);

  GitClone& clone_;
  const JanusFileList list_;
  std::map<std::string, Includes> includes_;  // by id of the content
};

}  // namespace onhook
