// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/target.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace onhook {
namespace {

namespace fs = std::filesystem;

/// A scripts folder whose build-target does what the test says, and a cache.
class TargetTest : public testing::Test {
 protected:
  TargetTest() {
    char pattern[] = "/tmp/onhook-target-test-XXXXXX";
    root_ = mkdtemp(pattern);
    paths_ = {root_ + "/scripts", root_ + "/cache"};
    fs::create_directories(paths_.scripts);
  }
  ~TargetTest() override { fs::remove_all(root_); }

  void builder_does(const std::string& commands) {
    write(paths_.scripts + "/build-target", "#!/bin/sh\n" + commands + "\n");
    fs::permissions(paths_.scripts + "/build-target", fs::perms::owner_all);
  }

  /// A finished target; returns its manifest's path.
  std::string built(const std::string& name) {
    const std::string folder = paths_.cache + "/targets/" + name;
    write(folder + "/janus_sip.so", "object");
    write(folder + "/manifest.json", R"({"name": ")" + name +
                                         R"(", "version": "1.4.1", "variant": "hangup_guard",
              "sanitizer": "thread", "source_dir": "/janus", "code_dir": "/janus/src",
              "so_path": ")" + folder + R"(/janus_sip.so", "inputs_hash": "i",
              "content_hash": "c0ffee", "unmodelled": ["gethostbyname"]})");
    return folder + "/manifest.json";
  }

  static void write(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path) << text;
  }

  std::string root_;
  TargetPaths paths_;
};

TEST_F(TargetTest, IsWhatTheBuildersManifestSays) {
  builder_does("echo " + built("1.4.1+hangup_guard"));
  const TargetResult result = resolve_target("newest+hangup_guard", paths_);
  ASSERT_TRUE(result.target) << result.error;
  EXPECT_EQ(result.target->name, "1.4.1+hangup_guard");
  EXPECT_EQ(result.target->version, "1.4.1");
  EXPECT_EQ(result.target->variant, "hangup_guard");
  EXPECT_EQ(result.target->sanitizer, "thread");
  EXPECT_EQ(result.target->source_dir, "/janus");
  EXPECT_EQ(result.target->code_dir, "/janus/src");
  EXPECT_EQ(result.target->content_hash, "c0ffee");
  EXPECT_EQ(result.target->unmodelled, std::vector<std::string>{"gethostbyname"});
}

TEST_F(TargetTest, GivesTheBuilderTheNameAsOneArgument) {
  builder_does("[ $# = 1 ] && [ \"$1\" = 'a folder/janus; false' ] && echo " + built("1.4.1"));
  EXPECT_TRUE(resolve_target("a folder/janus; false", paths_).target);
}

TEST_F(TargetTest, PassesTheBuildersMessageOn) {
  builder_does(
      "echo 'build-plugin: error: rtp.c does not compile' >&2; echo 'because' >&2; exit 2");
  const TargetResult result = resolve_target("1.4.1", paths_);
  EXPECT_FALSE(result.target);
  EXPECT_EQ(result.error, "build-plugin: error: rtp.c does not compile\nbecause\n");
}

TEST_F(TargetTest, ASilentFailureOfTheBuilderIsStillAnError) {
  builder_does("exit 1");
  EXPECT_NE(resolve_target("1.4.1", paths_).error.find("failed on '1.4.1'"), std::string::npos);
}

TEST_F(TargetTest, ABuilderThatDiesIsAnError) {
  builder_does("echo " + built("1.4.1") + "; kill -9 $$");
  EXPECT_FALSE(resolve_target("1.4.1", paths_).target);
}

TEST_F(TargetTest, WhatTheBuilderSaysOnTheWayDoesNotDisturbItsAnswer) {
  builder_does("echo compiling >&2; echo linking >&2; echo " + built("1.4.1"));
  EXPECT_TRUE(resolve_target("1.4.1", paths_).target);
}

TEST_F(TargetTest, AManifestThatIsNoneIsAnErrorWithItsPath) {
  write(root_ + "/odd.json", R"({"name": 7})");
  builder_does("echo " + root_ + "/odd.json");
  EXPECT_NE(
      resolve_target("1.4.1", paths_).error.find(root_ + "/odd.json: not a target's manifest"),
      std::string::npos);
  builder_does("echo " + root_ + "/missing.json");
  EXPECT_NE(resolve_target("1.4.1", paths_).error.find("missing.json: cannot be read"),
            std::string::npos);
}

TEST_F(TargetTest, WithoutScriptsABuiltTargetServes) {
  built("1.4.1");
  write(paths_.cache + "/sources/index.json", R"({"stable": "1.1.2", "newest": "1.4.1"})");
  ASSERT_TRUE(resolve_target("newest", paths_).target);
  EXPECT_EQ(resolve_target("newest", paths_).target->name, "1.4.1");
  EXPECT_NE(resolve_target("stable", paths_).error.find("'stable' is not built"),
            std::string::npos);
}

TEST_F(TargetTest, ListsTheBuiltTargetsByName) {
  EXPECT_TRUE(built_targets(paths_).empty());
  built("1.4.1");
  built("1.1.2");
  write(paths_.cache + "/targets/half/manifest.json", "{");
  fs::remove(fs::path(built("gone")).parent_path() / "janus_sip.so");
  std::vector<std::string> names;
  for (const Target& target : built_targets(paths_)) names.push_back(target.name);
  EXPECT_EQ(names, (std::vector<std::string>{"1.1.2", "1.4.1"}));
}

TEST_F(TargetTest, AliasesComeFromTheFetchedSources) {
  EXPECT_TRUE(target_aliases(paths_).empty());
  write(paths_.cache + "/sources/index.json", R"({"stable": "1.1.2", "newest": "1.4.1"})");
  EXPECT_EQ(target_aliases(paths_), (TargetAliases{{"stable", "1.1.2"}, {"newest", "1.4.1"}}));
}

TEST(DefaultTargetPaths, FollowTheEnvironment) {
  setenv("ONHOOK_CACHE", "/elsewhere", 1);
  EXPECT_EQ(default_target_paths().cache, "/elsewhere");
  unsetenv("ONHOOK_CACHE");
  EXPECT_TRUE(fs::exists(default_target_paths().scripts + "/build-target"));
}

}  // namespace
}  // namespace onhook
