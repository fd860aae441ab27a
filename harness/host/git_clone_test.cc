// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/git_clone.h"

#include "harness/host/git_testing.h"

namespace onhook {
namespace {

using testing_git::Repository;

std::unique_ptr<GitClone> opened(const std::string& folder) {
  auto clone = GitClone::open(folder);
  if (auto* error = std::get_if<std::string>(&clone)) {
    ADD_FAILURE() << *error;
    return nullptr;
  }
  return std::move(std::get<std::unique_ptr<GitClone>>(clone));
}

std::vector<std::string> subjects(const std::vector<GitClone::Commit>& commits) {
  std::vector<std::string> out;
  for (const GitClone::Commit& c : commits) out.push_back(c.subject);
  return out;
}

TEST(GitClone, ReadsFilesOfAnyCommit) {
  const Repository repo;
  repo.write("a/b.txt", "one");
  const std::string first = repo.commit("First");
  repo.write("a/b.txt", "two\n");
  const std::string second = repo.commit("Second");
  const auto clone = opened(repo.folder());
  for (const auto& [id, text] : {std::pair(first, "one"), std::pair(second, "two\n")}) {
    const auto commit = clone->commit(id);
    ASSERT_TRUE(commit);
    const auto entry = clone->find(commit->tree, "a/b.txt");
    ASSERT_TRUE(entry);
    EXPECT_TRUE(entry->is_file);
    EXPECT_EQ(clone->file(entry->id), text);
    EXPECT_TRUE(clone->find(commit->tree, "a")->is_tree);
    EXPECT_FALSE(clone->find(commit->tree, "a/c.txt"));
    EXPECT_FALSE(clone->find(commit->tree, "a/b.txt/c"));
  }
  EXPECT_EQ(clone->commit(second)->subject, "Second");
  EXPECT_EQ(clone->commit(second)->parents, std::vector<std::string>{first});
  EXPECT_GT(clone->commit(second)->time, 1'000'000'000);
}

TEST(GitClone, KnowsWhatANameStandsFor) {
  const Repository repo;
  const std::string first = repo.commit("First");
  repo.git({"tag", "v1"});
  const std::string second = repo.commit("Second");
  const auto clone = opened(repo.folder());
  EXPECT_EQ(clone->commit_named("v1"), first);
  EXPECT_EQ(clone->commit_named("HEAD"), second);
  EXPECT_EQ(clone->commit_named("HEAD~1"), first);
  EXPECT_EQ(clone->commit_named(second.substr(0, 8)), second);
  EXPECT_FALSE(clone->commit_named("v2"));
  EXPECT_FALSE(clone->commit_named("--all"));
  EXPECT_FALSE(clone->commit_named(""));
}

TEST(GitClone, ListsAHistoryParentsFirst) {
  const Repository repo;
  const std::string root = repo.commit("root");
  repo.git({"checkout", "-q", "-b", "side"});
  repo.commit("side");
  repo.git({"checkout", "-q", "main"});
  const std::string main = repo.commit("main");
  repo.git({"merge", "-q", "--no-ff", "-m", "merge", "side"});
  const std::string merge = repo.git({"rev-parse", "HEAD"});
  const auto clone = opened(repo.folder());
  const auto all = clone->history({merge}, {root});
  ASSERT_EQ(all.index(), 0u);
  const auto& commits = std::get<0>(all);
  EXPECT_EQ(commits.size(), 3u);
  EXPECT_EQ(commits.back().subject, "merge");
  EXPECT_EQ(commits.back().parents.size(), 2u);
  EXPECT_EQ(subjects(std::get<0>(clone->history({merge}, {root}, true))),
            (std::vector<std::string>{"main", "merge"}));
  EXPECT_EQ(clone->merge_bases(main, repo.git({"rev-parse", "side"})),
            std::vector<std::string>{root});
}

TEST(GitClone, LeavesTheCloneAsItIs) {
  const Repository repo;
  repo.write("a.txt", "one");
  const std::string id = repo.commit("First");
  const auto before = repo.everything();
  {
    const auto clone = opened(repo.folder());
    const auto commit = clone->commit(*clone->commit_named("HEAD"));
    clone->file(clone->find(commit->tree, "a.txt")->id);
    clone->history({id}, {});
    clone->merge_bases(id, id);
  }
  EXPECT_EQ(repo.everything(), before);
}

TEST(GitClone, ASymbolicLinkIsNoFile) {
  const Repository repo;
  std::filesystem::create_symlink("/etc/passwd", repo.folder() + "/link");
  const auto clone = opened((repo.commit("Link"), repo.folder()));
  const auto entry = clone->find(clone->commit(*clone->commit_named("HEAD"))->tree, "link");
  ASSERT_TRUE(entry);
  EXPECT_FALSE(entry->is_file);
  EXPECT_FALSE(entry->is_tree);
}

TEST(GitClone, AReplacementIsNotFollowed) {
  const Repository repo;
  repo.write("a.txt", "one");
  const std::string first = repo.commit("First");
  const std::string second = repo.commit("Second");
  repo.git({"replace", second, first});
  EXPECT_EQ(opened(repo.folder())->commit(second)->subject, "Second");
}

TEST(GitClone, ASurroundingGitsVariablesDoNotLeadElsewhere) {
  const Repository repo;
  const Repository other;
  const std::string id = repo.commit("First");
  other.commit("Other");
  ::setenv("GIT_DIR", (other.folder() + "/.git").c_str(), 1);
  const auto clone = opened(repo.folder());
  EXPECT_EQ(clone->commit_named("HEAD"), id);
  EXPECT_TRUE(clone->commit(id));
  ::unsetenv("GIT_DIR");
}

TEST(GitClone, WhatIsNoCloneIsSaid) {
  const testing_base::TemporaryFolder folder;
  for (const std::string& path : {folder.path(), folder / "missing"}) {
    const auto clone = GitClone::open(path);
    ASSERT_EQ(clone.index(), 1u) << path;
    EXPECT_NE(std::get<1>(clone).find(path), std::string::npos);
  }
}

}  // namespace
}  // namespace onhook
