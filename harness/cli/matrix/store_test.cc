// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/matrix/store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "harness/base/testing.h"

namespace onhook::cli {
namespace {

class MatrixStoreTest : public ::testing::Test {
 protected:
  MatrixStore opened() { return std::get<MatrixStore>(MatrixStore::open(path_)); }

  MatrixCell cell() const {
    MatrixCell cell;
    cell.result.scenario = "a.scn";
    cell.result.target = "clone@1234";
    cell.result.verdict = Verdict::violated;
    cell.result.executions = 17;
    cell.ladder = "it's a\nladder";
    cell.schedule = "onhook schedule";
    return cell;
  }

  testing_base::TemporaryFolder folder_;
  std::string path_ = folder_ / "matrix.db";
};

TEST_F(MatrixStoreTest, KeepsWhatItIsTold) {
  {
    MatrixStore store = opened();
    EXPECT_FALSE(store.find("key"));
    EXPECT_EQ(store.keep("key", cell()), "");
  }
  const auto found = opened().find("key");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->result.verdict, Verdict::violated);
  EXPECT_EQ(found->result.executions, 17u);
  EXPECT_EQ(found->ladder, cell().ladder);
  EXPECT_EQ(found->schedule, cell().schedule);
  EXPECT_FALSE(opened().find("another"));
}

TEST_F(MatrixStoreTest, AnotherProcessSeesAResultAtOnce) {
  MatrixStore writer = opened();
  const MatrixStore reader = opened();
  EXPECT_EQ(writer.keep("key", cell()), "");
  EXPECT_TRUE(reader.find("key"));
}

TEST_F(MatrixStoreTest, LeavesAloneWhatIsNotItsOwn) {
  std::ofstream(path_) << std::string(2000, 'x');
  const auto refused = MatrixStore::open(path_);
  EXPECT_NE(std::get<std::string>(refused).find("not a database"), std::string::npos);
  EXPECT_EQ(testing_base::text_of_file(path_), std::string(2000, 'x'));
  EXPECT_EQ(MatrixStore::open(folder_ / "no/such/folder").index(), 1u);

  const std::string theirs = folder_ / "theirs.db";
  sqlite3* database = nullptr;
  ASSERT_EQ(::sqlite3_open(theirs.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(::sqlite3_exec(database, "CREATE TABLE cell (a)", nullptr, nullptr, nullptr),
            SQLITE_OK);
  ::sqlite3_close(database);
  const std::string before = testing_base::text_of_file(theirs);
  EXPECT_EQ(std::get<std::string>(MatrixStore::open(theirs)), theirs + " is somebody else's");
  EXPECT_EQ(testing_base::text_of_file(theirs), before);
}

}  // namespace
}  // namespace onhook::cli
