// SPDX-License-Identifier: GPL-3.0-or-later
// A target is a plugin that onhook can run: a Janus version or source folder, with or without a
// variant (scenarios/variants/), built into one shared object with onhook's adapter.
//
// The names are those of scripts/build-target, which also does all the work: fetching sources,
// patching, compiling, and seeing that nothing is to be done. This is its C++ face. It loads
// nothing (World does) and prints nothing. Names with a git clone and a revision (CLONE@v1.2.4) go
// to revision_target.h instead.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/report/ledger.h"

namespace onhook {

/// What the builder's manifest says.
struct Target {
  std::string name;     ///< canonical: "1.4.1", "1.4.1+hangup_guard", "/src/janus"; never an alias
  std::string so_path;  ///< exports onhook_adapter() of fakes/plugin_abi.h
  std::string source_dir;               ///< the Janus tree as it was given
  std::string code_dir;                 ///< what paths in the debug information are relative to
  std::string version;                  ///< as the tree's configure.ac says, or "unknown"
  std::string variant;                  ///< "" when the plugin is as Janus has it
  std::string sanitizer;                ///< "thread" or "address": whose calls the object makes
  std::string content_hash;             ///< sha256 of the shared object
  std::vector<std::string> unmodelled;  ///< functions that end a run by name
  /// What compiling it took when it was built, in seconds of real time for each file added up.
  struct BuildSeconds {
    double plugin = 0;   ///< janus_sip.c
    double helpers = 0;  ///< Janus' other files
    double adapter = 0;
  } build_seconds = {};
  /// Of a commit of somebody's clone (revision_target.h): its full id; "" of anything else. Code of
  /// a revision is confined.
  std::string revision = {};
  /// How its core behaves, as fakes::CoreRules writes it; "" as its sources or its version tell.
  std::string core_rules = {};
  /// What somebody wants instead (--core-rules); "" nothing.
  std::string other_core_rules = {};
};

/// Either a target or, in one or more lines, why there is none.
struct TargetResult {
  std::optional<Target> target;
  std::string error;
};

/// Where the scripts and the built targets are. The defaults are the source folder that onhook was
/// built from, and its .cache/onhook or, when set, the environment's ONHOOK_CACHE.
struct TargetPaths {
  std::string scripts;
  std::string cache;
};
TargetPaths default_target_paths();

/// The target of that name, built first if it is missing or older than what it is made from: about
/// 0.3 s when nothing is to be done, 10 s to build. Where the scripts are gone (an installed
/// onhook), a target that was built serves as it is.
TargetResult resolve_target(std::string_view name, const TargetPaths& paths);
/// The same in the default folders; a name that this process, or the one that forked it, has
/// resolved or heard of by was_built() is not looked at again: a campaign tests what it began with.
TargetResult resolve_target(std::string_view name);
/// Another process has just resolved the target of this own name, as a cell's does.
void was_built(std::string_view name);

/// The targets that are built, by name; a manifest that cannot be read is left out.
std::vector<Target> built_targets(const TargetPaths& paths);

/// The target that the builder's manifest at this path describes.
TargetResult read_manifest(const std::string& path);

/// What "stable" and "newest" stand for; empty before sources were fetched.
TargetAliases target_aliases(const TargetPaths& paths);

}  // namespace onhook
