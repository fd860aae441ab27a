// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens of a scenario file, line by line: a declaration never spans two lines, so neither does
// anything that the lexer makes. Comments ('#' at the start of a word, to the end of the line) and
// blank lines leave no trace.
//
// After `see` and `program` the rest of the line is raw words, split at blanks and commas only:
// "janus#3430", "-DN=2".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/base/diagnostic.h"

namespace onhook {

/// A place in the file; columns count bytes from 1.
struct Span {
  int line = 0;
  int column = 0;
  int width = 1;
};

/// From the first byte of `first` to the last of `last`, both on one line.
Span join(const Span& first, const Span& last);

enum class TokenKind {
  word,        ///< a letter or '_', then letters, digits, '_', and '-' inside: "re-INVITE"
  number,      ///< decimal digits only
  quantity,    ///< digits, perhaps a fraction, then a unit: "1.5s", and wrong ones: "5sec"
  string,      ///< in double quotes, with the escapes \" \\ \n \t
  symbol,      ///< -> , ( ) . .. == != < <= > >=
  raw,         ///< see above
  end_of_line  ///< last token of every line, empty
};

struct Token {
  TokenKind kind = TokenKind::end_of_line;
  std::string text;  ///< as written; of a string, what it stands for
  Span at;
};

struct Line {
  int number = 0;
  std::string source;         ///< without its line end
  std::vector<Token> tokens;  ///< the last one is end_of_line
};

struct LexResult {
  std::vector<Line> lines;              ///< only lines that have tokens and no mistake
  std::vector<Diagnostic> diagnostics;  ///< one a line at most
  std::vector<std::string> sources;     ///< every line of the file, for messages
};

/// `file` is the name in diagnostics.
LexResult lex(std::string_view text, const std::string& file);

/// SHA-256 (hex) of the tokens, one blank between two, one line end after each line: what a
/// schedule remembers of a scenario.
std::string canonical_hash(const std::vector<Line>& lines);

}  // namespace onhook
