// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/base/text_file.h"

#include <gtest/gtest.h>

#include "harness/base/testing.h"

namespace onhook {
namespace {

TEST(TextFile, is_replaced_as_a_whole) {
  const testing_base::TemporaryFolder folder;
  const std::string path = folder / "results.json";
  ASSERT_EQ(write_text_file("first, and longer\n", path), std::nullopt);
  ASSERT_EQ(write_text_file("second\n", path), std::nullopt);
  EXPECT_EQ(testing_base::text_of_file(path), "second\n");
  EXPECT_NE(write_text_file("x", "/no/such/folder/a.json"), std::nullopt);
}

TEST(TextFile, has_all_bytes) {
  const testing_base::TemporaryFolder folder;
  const std::string bytes("a\0\r\n\xff", 5);
  ASSERT_EQ(write_text_file(bytes, folder / "bytes"), std::nullopt);
  EXPECT_EQ(std::get<std::string>(read_text_file(folder / "bytes")), bytes);
  ASSERT_EQ(write_text_file("", folder / "empty"), std::nullopt);
  EXPECT_EQ(std::get<std::string>(read_text_file(folder / "empty")), "");
}

TEST(TextFile, that_cannot_be_read_says_what_it_was_to_be_and_why) {
  const testing_base::TemporaryFolder folder;
  EXPECT_EQ(to_text(std::get<Diagnostic>(read_text_file(folder / "no.scn"))),
            folder / "no.scn: error: cannot read the file: No such file or directory\n");
  EXPECT_EQ(to_text(std::get<Diagnostic>(read_text_file(folder.path(), "ledger"))),
            folder.path() + ": error: cannot read the ledger: Is a directory\n");
}

}  // namespace
}  // namespace onhook
