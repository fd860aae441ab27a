// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/matrix/windows.h"

#include <gtest/gtest.h>

namespace onhook::cli {
namespace {

constexpr CellState H = CellState::holds;
constexpr CellState V = CellState::violated;
constexpr CellState U = CellState::unknown;

/// "break 3", "mend 5 after 2 unknown".
std::vector<std::string> changes(const std::vector<MatrixRow>& rows,
                                 const std::vector<CellState>& states) {
  std::vector<std::string> out;
  for (const MatrixChange& change : changes_of(rows, states)) {
    std::string text = change.first ? "first " : change.breaks ? "break " : "mend ";
    text += std::to_string(change.row);
    if (change.unknown_before > 0) {
      text += " after " + std::to_string(change.unknown_before) + " unknown";
    }
    out.push_back(text);
  }
  return out;
}

std::vector<std::string> in_a_line(const std::vector<CellState>& states) {
  std::vector<MatrixRow> rows(states.size());
  for (std::size_t i = 1; i < rows.size(); ++i) rows[i].before = {i - 1};
  return changes(rows, states);
}

using Texts = std::vector<std::string>;

TEST(MatrixChanges, AreWhereTheVerdictIsAnotherOne) {
  EXPECT_EQ(in_a_line({H, H, V, V, H, H}), (Texts{"break 2", "mend 4"}));
  EXPECT_EQ(in_a_line({H, H}), Texts{});
  EXPECT_EQ(in_a_line({}), Texts{});
}

TEST(MatrixChanges, TellOfWhatIsViolatedFromTheBeginning) {
  EXPECT_EQ(in_a_line({V, V, H}), (Texts{"first 0", "mend 2"}));
  EXPECT_EQ(in_a_line({U, V, H, V}), (Texts{"first 1 after 1 unknown", "mend 2", "break 3"}));
}

TEST(MatrixChanges, PassOverWhatCannotBeJudgedAndCountIt) {
  EXPECT_EQ(in_a_line({H, U, U, V, U, V, U, H}),
            (Texts{"break 3 after 2 unknown", "mend 7 after 1 unknown"}));
  EXPECT_EQ(in_a_line({U, U}), Texts{});
}

TEST(MatrixChanges, AMergeChangesOnlyWhatNoneOfItsLinesHad) {
  // 0 -> 1 (breaks) -> 3, 0 -> 2 -> 3
  std::vector<MatrixRow> rows(4);
  rows[1].before = rows[2].before = {0};
  rows[3].before = {1, 2};
  EXPECT_EQ(changes(rows, {H, V, H, V}), (Texts{"break 1"}));
  EXPECT_EQ(changes(rows, {H, V, H, H}), (Texts{"break 1"}));
  EXPECT_EQ(changes(rows, {H, H, H, V}), (Texts{"break 3"}));
}

}  // namespace
}  // namespace onhook::cli
