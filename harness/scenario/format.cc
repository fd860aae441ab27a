// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/format.h"

#include <algorithm>
#include <array>
#include <vector>

#include "harness/scenario/lexer.h"

namespace onhook {
namespace {

/// A line of the file: its words as columns, and the comment behind them.
struct Row {
  std::string indent;
  std::vector<std::string> columns;  ///< at most three: what is aligned, and the rest
  std::string comment;
  std::size_t comment_column = 0;  ///< from 0, as it was
  std::string verbatim;            ///< of a line without tokens
  bool declares = false;           ///< takes part in columns with its neighbours
};

std::string trimmed(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \t\r");
  return std::string(text.substr(0, end == std::string_view::npos ? 0 : end + 1));
}

std::string_view source_of(const Line& line, const Token& token) {
  return std::string_view(line.source)
      .substr(static_cast<std::size_t>(token.at.column - 1),
              static_cast<std::size_t>(token.at.width));
}

bool stands_apart(const Token& token) {
  constexpr std::array<std::string_view, 7> kApart = {"->", "==", "!=", "<", "<=", ">", ">="};
  return token.kind == TokenKind::symbol && std::ranges::find(kApart, token.text) != kApart.end();
}

/// One blank where there were some, and where a comma or a comparison wants one.
bool blank_between(const Token& before, const Token& after) {
  if (after.kind == TokenKind::symbol && after.text == ",") return false;
  if (before.kind == TokenKind::symbol && before.text == ",") return true;
  if (stands_apart(before) || stands_apart(after)) return true;
  return before.at.column + before.at.width < after.at.column;
}

/// How many words stand in columns of their own before the rest.
std::size_t columns_of(std::string_view first) {
  constexpr std::array<std::string_view, 3> kNamed = {"actor", "thread", "event"};
  return std::ranges::find(kNamed, first) != kNamed.end() ? 2 : 1;
}

Row row_of(const Line& line) {
  Row row;
  const std::vector<Token>& tokens = line.tokens;
  const std::size_t count = tokens.size() - 1;  // without end_of_line
  const bool continues = tokens.front().kind == TokenKind::string ||
                         (tokens.front().text == "see" && tokens.front().at.column > 1);
  if (continues) row.indent = "  ";
  row.declares = !continues && tokens.front().text != "scenario";
  const std::size_t own = row.declares ? std::min(columns_of(tokens.front().text), count - 1) : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string word(source_of(line, tokens[i]));
    if (i <= own) {
      row.columns.push_back(word);
      continue;
    }
    if (blank_between(tokens[i - 1], tokens[i])) row.columns.back() += ' ';
    row.columns.back() += word;
  }
  const Token& last = tokens[count - 1];
  const auto end = static_cast<std::size_t>(last.at.column - 1 + last.at.width);
  const std::size_t comment = line.source.find('#', end);
  if (comment != std::string::npos) {
    row.comment = trimmed(std::string_view(line.source).substr(comment));
    row.comment_column = comment;
  }
  return row;
}

/// Rows [begin, end) stand together: each column is as wide as its widest word, apart from the last
/// column of a row.
void align(std::vector<Row>& rows, std::size_t begin, std::size_t end) {
  for (std::size_t column = 0; column < 2; ++column) {
    std::size_t width = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (rows[i].columns.size() > column + 1) {
        width = std::max(width, rows[i].columns[column].size());
      }
    }
    for (std::size_t i = begin; i < end; ++i) {
      if (rows[i].columns.size() > column + 1) rows[i].columns[column].resize(width, ' ');
    }
  }
}

std::string text_of(const Row& row) {
  if (row.columns.empty()) return row.verbatim;
  std::string text = row.indent;
  for (std::size_t i = 0; i < row.columns.size(); ++i) {
    if (i > 0) text += "  ";
    text += row.columns[i];
  }
  if (row.comment.empty()) return text;
  text.resize(std::max(text.size() + 2, row.comment_column), ' ');
  return text + row.comment;
}

}  // namespace

std::string format_scenario(std::string_view text) {
  const LexResult lexed = lex(text, "");
  std::vector<Row> rows;
  for (std::size_t i = 0; i < lexed.sources.size(); ++i) {
    const int number = static_cast<int>(i) + 1;
    const auto line = std::ranges::find(lexed.lines, number, &Line::number);
    if (line != lexed.lines.end()) {
      rows.push_back(row_of(*line));
      continue;
    }
    Row row;
    row.verbatim = trimmed(lexed.sources[i]);
    const bool is_blank = row.verbatim.empty();
    if (is_blank && (rows.empty() || (rows.back().columns.empty() && rows.back().verbatim.empty())))
      continue;  // one empty line is enough
    rows.push_back(std::move(row));
  }
  for (std::size_t begin = 0; begin < rows.size();) {
    std::size_t end = begin;
    while (end < rows.size() && rows[end].declares) ++end;
    align(rows, begin, end);
    begin = std::max(end, begin + 1);
  }
  std::string out;
  for (const Row& row : rows) out += text_of(row) + '\n';
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace onhook
