// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/matrix/page.h"

#include <gtest/gtest.h>

namespace onhook::cli {
namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

MatrixCell violated(const std::string& law, const std::string& seen) {
  MatrixCell cell;
  cell.result.verdict = Verdict::violated;
  Violation violation;
  violation.law = law;
  violation.message = seen;
  cell.result.violations.push_back(violation);
  return cell;
}

/// One scenario on commits in a line.
MatrixPage page_of(std::vector<std::optional<MatrixCell>> cells) {
  MatrixPage page;
  page.clone = "janus";
  page.scenarios = {"a.scn"};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    MatrixRow row;
    row.commit = std::string(40, static_cast<char>('a' + i));
    row.subject = "Change";
    if (i > 0) row.before = {i - 1};
    page.rows.rows.push_back(row);
    page.cells.push_back({std::move(cells[i])});
  }
  return page;
}

TEST(MatrixPage, SaysNothingOfLawsWhereTheWorldCouldNotBeSetUp) {
  const MatrixPage page = page_of({violated("set-up", "the world never came to the race")});
  EXPECT_EQ(changes_text(page), "a.scn  cannot be judged anywhere\n");
  EXPECT_TRUE(has(html_of(page), "\"is\":\"not_set_up\""));
}

TEST(MatrixPage, CallsBrokenOnlyWhatHeldBefore) {
  MatrixCell holds;
  holds.result.verdict = Verdict::holds;
  const MatrixCell broken = violated("BYE", "no BYE");
  const std::string text = changes_text(page_of({std::nullopt, broken, holds, broken}));
  EXPECT_TRUE(has(text, "  violated bbbbbbbbbb  1970-01-01  Change (there or before)\n")) << text;
  EXPECT_TRUE(has(text, "  mended   cccccccccc")) << text;
  EXPECT_TRUE(has(text, "  broken   dddddddddd")) << text;
  EXPECT_FALSE(has(text, "broken   bbbbbbbbbb")) << text;
}

TEST(MatrixPage, CannotBeEndedByWhatItShows) {
  MatrixPage page = page_of({violated("</script><img src=x>", "<!-- <script>")});
  page.rows.rows[0].subject = "</script><b>";
  page.clone = "a<b>";
  const std::string html = html_of(page);
  EXPECT_FALSE(has(html, "<img")) << html;
  EXPECT_FALSE(has(html, "<b>")) << html;
}

}  // namespace
}  // namespace onhook::cli
