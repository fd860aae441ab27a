// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/matrix/claims.h"

#include <gtest/gtest.h>

#include "harness/base/testing.h"

namespace onhook::cli {
namespace {

using IfTaken = MatrixClaims::IfTaken;

TEST(MatrixClaims, leave_a_row_to_who_claimed_it_first) {
  const testing_base::TemporaryFolder folder;
  const MatrixClaims mine(folder / "claims");
  {
    const MatrixClaims others(folder / "claims");
    EXPECT_TRUE(others.claim("row", IfTaken::give_up));
    EXPECT_FALSE(mine.claim("row", IfTaken::give_up));
    EXPECT_TRUE(mine.claim("another row", IfTaken::give_up));
    others.give_back("row");
    EXPECT_TRUE(mine.claim("row", IfTaken::give_up));
    EXPECT_TRUE(others.claim("third row", IfTaken::give_up));
  }
  EXPECT_TRUE(mine.claim("third row", IfTaken::wait)) << "its process is gone";
}

TEST(MatrixClaims, stop_nobody_where_there_is_no_file_for_them) {
  const MatrixClaims claims("/nowhere/at/all");
  EXPECT_TRUE(claims.claim("row", IfTaken::give_up));
}

}  // namespace
}  // namespace onhook::cli
