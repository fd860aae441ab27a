// SPDX-License-Identifier: GPL-3.0-or-later
// What parser.cc reads a line with: a cursor over its tokens, and the pieces that several
// declarations share (names, durations, windows, operations, conditions). Internal to the parser.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/scenario/ast.h"
#include "harness/scenario/lexer.h"

namespace onhook {

/// Ends the reading of one line; parse() turns it into a Diagnostic.
struct SyntaxError {
  Span at;
  std::string message;
  std::string suggestion;
};

class LineParser {
 public:
  explicit LineParser(const Line& line) : line_(line) {}

  const Token& peek(std::size_t ahead = 0) const;
  bool at_end() const { return peek().kind == TokenKind::end_of_line; }
  bool at_word(std::string_view word) const;
  bool at_symbol(std::string_view symbol) const;
  bool accept_word(std::string_view word);
  bool accept_symbol(std::string_view symbol);
  Token take() { return line_.tokens[at_end() ? pos_ : pos_++]; }
  Span span_from(const Span& first) const;

  /// `what` completes "expected ...".
  [[noreturn]] void expected(std::string_view what, std::string_view suggestion = "") const;
  void expect_symbol(std::string_view symbol, std::string_view after);
  void expect_word(std::string_view word, std::string_view suggestion);
  void expect_end();

  /// A word that is not one of the language's own: for what the file itself names.
  ast::Word new_name(std::string_view what);
  /// Any word.
  ast::Word word(std::string_view what);
  std::string string(std::string_view what);
  /// "5s", "500ms", "1.5s"; exact to the nanosecond, at most a day.
  TimeNs duration();
  bool at_window() const { return at_word("within") || at_word("after"); }
  ast::Window window();
  /// VERB [OBJECT] {, ATTRIBUTE}; the window may stand before or after, once.
  ast::Operation operation();
  /// One or more words, numbers or strings, up to a comma, a window or the end.
  ast::Word phrase(std::string_view what);
  /// CONDITION of a law whose quantifier has been taken.
  ast::Law condition(Quantifier quantifier, const Span& first);

 private:
  ast::Attribute attribute();
  ast::Predicate comparison();
  ast::Observable observable();
  void literal(ast::Predicate& into);

  const Line& line_;
  std::size_t pos_ = 0;
};

/// "did you mean 'x'?", or "" when no candidate is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);
/// "'a', 'b' and 'c'".
std::string list_of(std::span<const std::string_view> words);

}  // namespace onhook
