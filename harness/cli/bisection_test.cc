// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/bisection.h"

#include <gtest/gtest.h>

#include <functional>

#include "harness/base/prng.h"

namespace onhook::cli {
namespace {

using Side = Bisection::Side;
using Commit = Bisection::Commit;

/// A line of commits behind the old end "o": "1", "2", ... with these keys.
Bisection line(const std::vector<std::string>& keys, const std::string& old_key = "o") {
  std::vector<Commit> commits;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    commits.push_back({std::to_string(i + 1), {i == 0 ? "o" : std::to_string(i)}, keys[i]});
  }
  Bisection bisection(commits, {{"o", {}, old_key}});
  bisection.judge(old_key, Side::old_one);
  return bisection;
}

std::vector<std::string> numbered(std::size_t n) {
  std::vector<std::string> keys;
  for (std::size_t i = 1; i <= n; ++i) keys.push_back("k" + std::to_string(i));
  return keys;
}

struct Searched {
  std::vector<std::string> suspects;
  std::size_t steps = 0;
};

/// Judges by key until nothing is left.
Searched search(Bisection bisection, const std::function<Side(const std::string&)>& verdict,
                const std::map<std::string, std::string>& key_of) {
  Searched out;
  while (const auto id = bisection.next()) {
    ++out.steps;
    bisection.judge(key_of.at(*id), verdict(key_of.at(*id)));
  }
  out.suspects = bisection.suspects();
  return out;
}

std::map<std::string, std::string> keys_of_line(std::size_t n) {
  std::map<std::string, std::string> keys;
  for (std::size_t i = 1; i <= n; ++i) keys[std::to_string(i)] = "k" + std::to_string(i);
  return keys;
}

TEST(Bisection, FindsTheFirstOfALineInLogarithmicallyManySteps) {
  for (std::size_t n : {1, 2, 3, 7, 64, 700}) {
    for (std::size_t first = 1; first <= n; first += 1 + n / 50) {
      Bisection bisection = line(numbered(n));
      bisection.judge("k" + std::to_string(n), Side::new_one);
      const auto found = search(
          bisection,
          [&](const std::string& key) {
            return std::stoul(key.substr(1)) >= first ? Side::new_one : Side::old_one;
          },
          keys_of_line(n));
      EXPECT_EQ(found.suspects, std::vector<std::string>{std::to_string(first)});
      EXPECT_LE(found.steps, 10u);
    }
  }
}

TEST(Bisection, ACommitThatTouchesNothingIsNeverAsked) {
  Bisection bisection = line({"o", "a", "a", "a", "b", "b"});
  EXPECT_EQ(bisection.touching(), 2u);
  bisection.judge("b", Side::new_one);
  EXPECT_EQ(bisection.next(), "2");
  Bisection old = bisection;
  old.judge("a", Side::old_one);
  EXPECT_EQ(old.suspects(), std::vector<std::string>{"5"});
  bisection.judge("a", Side::new_one);
  EXPECT_EQ(bisection.suspects(), std::vector<std::string>{"2"});
  EXPECT_FALSE(bisection.next());
}

TEST(Bisection, NoChangeLeavesNoSuspect) {
  Bisection bisection = line({"o", "o"});
  EXPECT_EQ(bisection.touching(), 0u);
  EXPECT_FALSE(bisection.next());
  EXPECT_TRUE(bisection.suspects().empty());
}

TEST(Bisection, ContentThatComesBackIsKnown) {
  // Broken, mended by going back, broken otherwise: the last change counts, and costs no step.
  Bisection bisection = line({"broken", "o", "also broken"});
  bisection.judge("also broken", Side::new_one);
  EXPECT_EQ(bisection.suspects(), std::vector<std::string>{"3"});
  EXPECT_FALSE(bisection.next());
  // And what is broken in the same way again is told.
  Bisection again = line({"broken", "o", "broken"});
  again.judge("broken", Side::new_one);
  EXPECT_EQ(again.suspects(), std::vector<std::string>{"3"});
  EXPECT_EQ(again.changed_back(), std::vector<std::string>{"1"});
}

//   o - 1 - 2 - 5(merge) - 6
//    \- 3 - 4 -/
Bisection with_a_merge() {
  Bisection bisection({{"1", {"o"}, "a"},
                       {"3", {"o"}, "c"},
                       {"2", {"1"}, "b"},
                       {"4", {"3"}, "d"},
                       {"5", {"2", "4"}, "m"},
                       {"6", {"5"}, "e"}},
                      {{"o", {}, "o"}});
  bisection.judge("o", Side::old_one);
  return bisection;
}

TEST(Bisection, GoesDownEveryParentOfAMerge) {
  Bisection bisection = with_a_merge();
  bisection.judge("e", Side::new_one);
  bisection.judge("m", Side::new_one);
  bisection.judge("b", Side::old_one);
  EXPECT_EQ(bisection.suspects(), (std::vector<std::string>{"3", "4", "5"}));
  bisection.judge("d", Side::new_one);
  bisection.judge("c", Side::old_one);
  EXPECT_EQ(bisection.suspects(), std::vector<std::string>{"4"});
  EXPECT_TRUE(bisection.changed_back().empty());
}

TEST(Bisection, AMergeItselfCanBeTheFirst) {
  Bisection bisection = with_a_merge();
  bisection.judge("e", Side::new_one);
  bisection.judge("m", Side::new_one);
  bisection.judge("b", Side::old_one);
  bisection.judge("d", Side::old_one);
  EXPECT_EQ(bisection.suspects(), std::vector<std::string>{"5"});
}

TEST(Bisection, AMergeThatTakesOneSideIsNot) {
  Bisection bisection({{"1", {"o"}, "a"}, {"3", {"o"}, "c"}, {"5", {"1", "3"}, "a"}},
                      {{"o", {}, "o"}});
  EXPECT_EQ(bisection.touching(), 2u);
  bisection.judge("a", Side::new_one);
  EXPECT_EQ(bisection.suspects(), std::vector<std::string>{"1"});
}

TEST(Bisection, GoesRoundWhatCannotBeJudged) {
  Bisection bisection = line(numbered(9));
  bisection.judge("k9", Side::new_one);
  const auto found = search(
      bisection,
      [&](const std::string& key) {
        const auto n = std::stoul(key.substr(1));
        return n == 4 || n == 5 ? Side::skipped : n >= 7 ? Side::new_one : Side::old_one;
      },
      keys_of_line(9));
  EXPECT_EQ(found.suspects, std::vector<std::string>{"7"});
}

TEST(Bisection, WhatWasSkippedBesideTheChangeStaysSuspect) {
  Bisection bisection = line(numbered(9));
  bisection.judge("k9", Side::new_one);
  const auto found = search(
      bisection,
      [&](const std::string& key) {
        const auto n = std::stoul(key.substr(1));
        return n == 4 || n == 5 ? Side::skipped : n >= 6 ? Side::new_one : Side::old_one;
      },
      keys_of_line(9));
  EXPECT_EQ(found.suspects, (std::vector<std::string>{"4", "5", "6"}));
}

TEST(Bisection, AWideGapIsCrossedInFewSteps) {
  const std::size_t n = 400;
  Bisection bisection = line(numbered(n));
  bisection.judge("k400", Side::new_one);
  const auto found = search(
      bisection,
      [&](const std::string& key) {
        const auto k = std::stoul(key.substr(1));
        return k > 100 && k < 300 ? Side::skipped : k >= 350 ? Side::new_one : Side::old_one;
      },
      keys_of_line(n));
  EXPECT_EQ(found.suspects, std::vector<std::string>{"350"});
  EXPECT_LE(found.steps, 24u);
}

TEST(Bisection, SaysWhatComesNextAfterEitherVerdict) {
  Bisection bisection = line(numbered(8));
  bisection.judge("k8", Side::new_one);
  const std::string id = *bisection.next();
  const auto after = bisection.next_after("k" + id);
  ASSERT_EQ(after.size(), 2u);
  Bisection old = bisection;
  old.judge("k" + id, Side::old_one);
  EXPECT_EQ(old.next(), after[0]);
  bisection.judge("k" + id, Side::new_one);
  EXPECT_EQ(bisection.next(), after[1]);
}

// On any history, whichever commit is the first: it and all that follow are new.
TEST(Bisection, FindsTheFirstOfAnyHistory) {
  Prng prng(20240325);
  for (int round = 0; round < 300; ++round) {
    const std::size_t n = 2 + prng.below(40);
    std::vector<Commit> commits;
    std::map<std::string, std::string> key_of;
    for (std::size_t i = 0; i < n; ++i) {
      Commit commit{std::to_string(i), {}, "k" + std::to_string(i)};
      if (i > 0)
        commit.parents.push_back(std::to_string(i - 1 - prng.below(std::min<std::size_t>(i, 3))));
      if (i > 1 && prng.below(3) == 0) commit.parents.push_back(std::to_string(prng.below(i)));
      if (commit.parents.empty()) commit.parents.emplace_back("o");
      // The new end reaches all.
      if (i == n - 1) {
        for (std::size_t k = 0; k < i; ++k) commit.parents.push_back(std::to_string(k));
      }
      key_of[commit.id] = commit.key;
      commits.push_back(std::move(commit));
    }
    const std::size_t first = prng.below(n);
    std::vector<bool> is_new(n);
    for (std::size_t i = 0; i < n; ++i) {
      is_new[i] = i == first;
      for (const std::string& parent : commits[i].parents) {
        if (parent != "o" && is_new[std::stoul(parent)]) is_new[i] = true;
      }
    }
    Bisection bisection(commits, {{"o", {}, "o"}});
    bisection.judge(commits.back().key, Side::new_one);
    const auto found = search(
        bisection,
        [&](const std::string& key) {
          return is_new[std::stoul(key.substr(1))] ? Side::new_one : Side::old_one;
        },
        key_of);
    EXPECT_EQ(found.suspects, std::vector<std::string>{std::to_string(first)}) << round;
  }
}

}  // namespace
}  // namespace onhook::cli
