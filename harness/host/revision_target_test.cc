// SPDX-License-Identifier: GPL-3.0-or-later
// With a builder of the test's own.
#include "harness/host/revision_target.h"

#include <fstream>
#include <sstream>

#include "harness/host/git_testing.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;

TEST(RevisionName, IsAFolderAndARevision) {
  const testing_base::TemporaryFolder folder;
  fs::create_directory(folder / "a@b");
  const auto name = parse_revision_name(folder / "a@b@v1.0+x");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->clone, folder / "a@b");
  EXPECT_EQ(name->revision, "v1.0+x");
  EXPECT_EQ(parse_revision_name(folder.path() + "@HEAD@{1}")->revision, "HEAD@{1}");
  EXPECT_FALSE(parse_revision_name(folder / "a@b"));
  EXPECT_FALSE(parse_revision_name(folder / "missing@v1"));
  EXPECT_FALSE(parse_revision_name("1.4.1"));
  EXPECT_FALSE(parse_revision_name("@v1"));
}

class RevisionTargetTest : public testing::Test {
 protected:
  RevisionTargetTest() : paths_{scripts_.path(), cache_.path()} {
    put(scripts_ / "lib/janus_files.txt",
        "unit plugins/janus_sip\nneeded plugins/janus_sip.c\ncore ice.c\ncore ice.h\ncore "
        "janus.c\n");
    put(scripts_ / "build-plugin",
        "#!/bin/sh\n"
        "[ \"$1\" = --fingerprint ] && { echo finger \"$@\"; exit; }\n"
        "src=$2 out=$6 log=$(dirname \"$out\")/builds\n"
        "echo one >>\"$log\"\n"
        "grep -q WRONG \"$src/src/plugins/janus_sip.c\" && { echo 'it does not compile'; exit 2; "
        "}\n"
        "grep -q KILLED \"$src/src/plugins/janus_sip.c\" && kill -9 $$\n"
        "grep -q OUTSIDE \"$src/src/plugins/janus_sip.c\" && { echo >" +
            cache_ / "outside" +
            " || exit 3; }\n"
            "cp \"$src/src/plugins/janus_sip.c\" \"$out\"\n"
            "m=$(dirname \"$out\")/manifest.json\n"
            "echo '{\"name\":\"revision\",\"so_path\":\"'$out'\",\"source_dir\":\"s\",\"code_dir\":"
            "\"c\",\"version\":\"v\",\"variant\":\"'$8'\",\"sanitizer\":\"thread\","
            "\"content_hash\":\"h\",\"unmodelled\":[]}' >$m\n"
            "echo $m\n");
    fs::permissions(scripts_ / "build-plugin", fs::perms::owner_all);
  }

  static void put(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path) << text;
  }

  std::string plugin(const std::string& text, const std::string& at = "src/") {
    repo_.git({"rm", "-rq", "--ignore-unmatch", "."});
    repo_.write(at + "plugins/janus_sip.c", text);
    repo_.write("configure.ac", "AC_INIT([Janus],[" + version_ + "],[x])\n");
    return repo_.commit(text);
  }
  std::unique_ptr<RevisionTargets> opened() {
    return std::move(std::get<0>(RevisionTargets::open(repo_.folder(), paths_)));
  }
  TargetResult target(const std::string& commit, const std::string& variant = "") {
    return opened()->target_of(commit, variant);
  }
  std::size_t builds() const {
    std::size_t lines = 0;
    for (const auto& entry : fs::recursive_directory_iterator(cache_.path())) {
      if (entry.path().filename() != "builds") continue;
      std::ifstream in(entry.path());
      for (std::string line; std::getline(in, line);) ++lines;
    }
    return lines;
  }

  testing_git::Repository repo_;
  testing_base::TemporaryFolder scripts_;
  testing_base::TemporaryFolder cache_;
  TargetPaths paths_;
  std::string version_ = "1.4.1";
};

TEST_F(RevisionTargetTest, IsBuiltFromTheCommitsOwnFiles) {
  const std::string first = plugin("one");
  plugin("two");
  const TargetResult result = target(first);
  ASSERT_TRUE(result.target) << result.error;
  std::ifstream in(result.target->so_path);
  std::stringstream text;
  text << in.rdbuf();
  EXPECT_EQ(text.str(), "one");
  EXPECT_EQ(result.target->revision, first);
  EXPECT_EQ(result.target->name, repo_.folder() + "@" + first.substr(0, 12));
  EXPECT_EQ(result.target->version, "1.4.1");
  EXPECT_NE(result.target->core_rules, "");
}

TEST_F(RevisionTargetTest, TheSameContentIsBuiltOnce) {
  const std::string first = plugin("one");
  repo_.write("README", "unrelated");
  const std::string second = repo_.commit("README");
  const std::string moved = plugin("one", "");
  for (const std::string& commit : {first, second, moved}) {
    const TargetResult result = target(commit);
    ASSERT_TRUE(result.target) << result.error;
    EXPECT_EQ(result.target->revision, commit);
  }
  EXPECT_EQ(builds(), 1u);
  target(plugin("two"));
  EXPECT_EQ(builds(), 2u);
}

TEST_F(RevisionTargetTest, AnotherCoreIsAnotherTarget) {
  const std::string first = plugin("one");
  version_ = "1.1.2";
  const std::string second = plugin("one");
  const auto targets = opened();
  EXPECT_NE(std::get<0>(targets->inputs_of(first)).key,
            std::get<0>(targets->inputs_of(second)).key);
  EXPECT_NE(target(first).target->core_rules, target(second).target->core_rules);
  EXPECT_EQ(target(second).target->version, "1.1.2");
}

TEST_F(RevisionTargetTest, AVariantIsAnotherTarget) {
  const std::string commit = plugin("one");
  const TargetResult result = target(commit, "guard");
  ASSERT_TRUE(result.target) << result.error;
  EXPECT_TRUE(result.target->name.ends_with("+guard"));
  target(commit);
  EXPECT_EQ(builds(), 2u);
  EXPECT_TRUE(resolve_revision({repo_.folder(), "HEAD+guard"}, paths_).target);
  EXPECT_EQ(builds(), 2u);
}

TEST_F(RevisionTargetTest, WhatDoesNotCompileIsNotTriedAgain) {
  const std::string commit = plugin("WRONG");
  for (int i = 0; i < 2; ++i) {
    const TargetResult result = target(commit);
    EXPECT_FALSE(result.target);
    EXPECT_EQ(result.error, "it does not compile\n");
  }
  EXPECT_EQ(builds(), 1u);
  const auto targets = opened();
  EXPECT_TRUE(targets->is_known(std::get<0>(targets->inputs_of(commit))));
}

TEST_F(RevisionTargetTest, AnAccidentIsTriedAgain) {
  const std::string commit = plugin("KILLED");
  EXPECT_FALSE(target(commit).target);
  EXPECT_FALSE(target(commit).target);
  EXPECT_EQ(builds(), 2u);
}

TEST_F(RevisionTargetTest, TheBuilderWritesOnlyWhereItBuilds) {
  const TargetResult result = target(plugin("OUTSIDE"));
  EXPECT_FALSE(result.target);
  EXPECT_FALSE(fs::exists(cache_ / "outside"));
}

TEST_F(RevisionTargetTest, TheCloneStaysAsItIs) {
  const std::string commit = plugin("one");
  const auto before = repo_.everything();
  EXPECT_TRUE(target(commit).target);
  EXPECT_EQ(repo_.everything(), before);
}

TEST_F(RevisionTargetTest, WhatThereIsNotIsSaid) {
  plugin("one");
  EXPECT_EQ(resolve_revision({repo_.folder(), "v9"}, paths_).error,
            "'v9' names no commit of " + repo_.folder());
  EXPECT_NE(resolve_revision({cache_.path(), "v9"}, paths_).error.find("is no git clone"),
            std::string::npos);
  repo_.git({"rm", "-rq", "."});
  EXPECT_NE(target(repo_.commit("empty")).error.find("it has no SIP plugin"), std::string::npos);
}

}  // namespace
}  // namespace onhook
