// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/base/archive.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <unordered_map>

namespace onhook {
namespace {

struct Tree {
  int leaf = 0;
  std::vector<std::unique_ptr<Tree>> children;

  template <class Self, class Archive>
  static void archive(Self& self, Archive& a) {
    a(self.leaf, self.children);
  }
};

template <class T>
T copy_of(const T& object) {
  ArchiveWriter writer;
  writer(object);
  const std::string bytes = writer.take();
  T copy{};
  ArchiveReader reader(bytes);
  reader(copy);
  EXPECT_TRUE(reader.done());
  return copy;
}

TEST(Archive, gives_back_what_was_put_in) {
  EXPECT_EQ(copy_of(std::string("a\0b", 3)), std::string("a\0b", 3));
  EXPECT_EQ(copy_of(std::vector<bool>{true, false, true}), (std::vector<bool>{true, false, true}));
  using Map = std::map<int, std::vector<std::string>>;
  EXPECT_EQ(copy_of(Map{{1, {"x", ""}}, {2, {}}}), (Map{{1, {"x", ""}}, {2, {}}}));
  using Hashed = std::unordered_map<std::uint64_t, std::pair<int, std::string>>;
  EXPECT_EQ(copy_of(Hashed{{7, {1, "one"}}}), (Hashed{{7, {1, "one"}}}));
  EXPECT_EQ(copy_of(std::set<std::pair<int, int>>{{2, 1}}),
            (std::set<std::pair<int, int>>{{2, 1}}));
}

TEST(Archive, follows_pointers) {
  Tree tree;
  tree.children.push_back(std::make_unique<Tree>());
  tree.children.push_back(nullptr);
  tree.children[0]->leaf = 5;
  const Tree copy = copy_of(tree);
  ASSERT_EQ(copy.children.size(), 2u);
  EXPECT_EQ(copy.children[0]->leaf, 5);
  EXPECT_EQ(copy.children[1], nullptr);
}

TEST(Archive, says_when_bytes_are_missing_or_left) {
  ArchiveWriter writer;
  writer(std::vector<std::string>{"one", "two"}, 3);
  const std::string bytes = writer.take();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ArchiveReader reader(std::string_view(bytes).substr(0, size));
    std::vector<std::string> words;
    int number = 0;
    reader(words, number);
    EXPECT_FALSE(reader.good()) << size;
  }
  ArchiveReader reader(bytes);
  std::vector<std::string> words;
  reader(words);
  EXPECT_TRUE(reader.good());
  EXPECT_FALSE(reader.done());
}

TEST(Archive, does_not_believe_a_count_that_cannot_be) {
  const std::string bytes(8, '\xff');
  ArchiveReader reader(bytes);
  std::vector<std::string> words;
  reader(words);
  EXPECT_FALSE(reader.good());
  EXPECT_TRUE(words.empty());
}

}  // namespace
}  // namespace onhook
