// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/lexer.h"

#include <fmt/format.h>
#include <glib.h>

#include <array>
#include <memory>
#include <utility>

namespace onhook {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_word(char c) { return is_letter(c) || is_digit(c); }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

constexpr std::array<std::string_view, 12> kSymbols = {
    "->", "..", "==", "!=", "<=", ">=", "<", ">", ",", "(", ")", "."};

bool is_utf8(std::string_view text, const char** end = nullptr) {
  return g_utf8_validate(text.data(), static_cast<gssize>(text.size()), end) != 0;
}

// A line that is not UTF-8, as it may be shown: the columns stay.
std::string ascii_only(std::string line) {
  for (char& c : line) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return line;
}

/// Thrown at the first mistake of a line, caught by lex().
struct Mistake {
  Span at;
  std::string message;
  std::string suggestion;
};

class LineLexer {
 public:
  LineLexer(std::string_view source, int number) : source_(source), number_(number) {}

  std::vector<Token> run() {
    check_encoding();
    while (skip_blanks(), !at_end()) take_token();
    if (!tokens_.empty()) add(TokenKind::end_of_line, pos_, std::string());
    return std::move(tokens_);
  }

 private:
  bool at_end() const { return pos_ >= source_.size(); }
  char peek(std::size_t ahead = 0) const {
    return pos_ + ahead < source_.size() ? source_[pos_ + ahead] : '\0';
  }
  Span span(std::size_t from, std::size_t to) const {
    return {number_, static_cast<int>(from) + 1, static_cast<int>(to > from ? to - from : 1)};
  }
  void add(TokenKind kind, std::size_t from, std::string text) {
    tokens_.push_back({kind, std::move(text), span(from, pos_)});
  }
  void add_slice(TokenKind kind, std::size_t from) {
    add(kind, from, std::string(source_.substr(from, pos_ - from)));
  }
  template <typename Predicate>
  void skip_while(Predicate keep) {
    while (!at_end() && keep(source_[pos_])) ++pos_;
  }

  void check_encoding() {
    const char* end = nullptr;
    if (is_utf8(source_, &end)) return;
    const auto bad = static_cast<std::size_t>(end - source_.data());
    throw Mistake{span(bad, bad + 1), "this byte is not UTF-8 text", ""};
  }

  void skip_blanks() {
    skip_while(is_blank);
    if (peek() == '#') pos_ = source_.size();
  }

  bool is_raw_line() const {
    return !tokens_.empty() && tokens_[0].kind == TokenKind::word &&
           (tokens_[0].text == "see" || tokens_[0].text == "program");
  }

  void take_token() {
    const char c = peek();
    if (c == '"') return take_string();
    if (is_raw_line() && c != ',') return take_raw();
    if (is_letter(c)) return take_word();
    if (is_digit(c)) return take_number();
    take_symbol();
  }

  void take_raw() {
    const std::size_t from = pos_;
    skip_while([](char c) { return !is_blank(c) && c != ',' && c != '"'; });
    add_slice(TokenKind::raw, from);
  }

  void take_word() {
    const std::size_t from = pos_;
    do {
      ++pos_;
      skip_while(is_word);
    } while (peek() == '-' && is_word(peek(1)));
    add_slice(TokenKind::word, from);
  }

  void take_number() {
    const std::size_t from = pos_;
    skip_while(is_digit);
    bool plain = true;
    if (peek() == '.' && is_digit(peek(1))) {
      plain = false;
      ++pos_;
      skip_while(is_digit);
    }
    if (is_letter(peek())) {
      plain = false;
      skip_while(is_word);
    }
    add_slice(plain ? TokenKind::number : TokenKind::quantity, from);
  }

  void take_string() {
    const std::size_t from = pos_++;
    std::string value;
    while (!at_end() && peek() != '"') {
      if (static_cast<unsigned char>(peek()) < 0x20) {
        throw Mistake{span(pos_, pos_ + 1), "control character in a string",
                      "write '\\t' for a tab and '\\n' for a line end"};
      }
      value += peek() == '\\' ? take_escape() : source_[pos_++];
    }
    if (at_end()) {
      throw Mistake{span(from, pos_), "this string does not end", "close it with '\"'"};
    }
    ++pos_;
    add(TokenKind::string, from, std::move(value));
  }

  char take_escape() {
    const std::size_t from = pos_;
    const char c = peek(1);
    pos_ += 2;
    switch (c) {
      case '"':
      case '\\':
        return c;
      case 'n':
        return '\n';
      case 't':
        return '\t';
      default:
        break;
    }
    throw Mistake{span(from, std::min(pos_, source_.size())), "unknown escape in a string",
                  "the escapes are '\\\"', '\\\\', '\\n' and '\\t'"};
  }

  void take_symbol() {
    const std::size_t from = pos_;
    for (std::string_view symbol : kSymbols) {
      if (source_.substr(pos_).starts_with(symbol)) {
        pos_ += symbol.size();
        return add_slice(TokenKind::symbol, from);
      }
    }
    std::size_t to = pos_ + 1;
    while (to < source_.size() && (static_cast<unsigned char>(source_[to]) & 0xc0) == 0x80) ++to;
    const std::string_view what = source_.substr(pos_, to - pos_);
    std::string suggestion;
    if (what == "=") suggestion = "did you mean '=='?";
    if (what == "!") suggestion = "did you mean 'not' or '!='?";
    if (what == "-") suggestion = "did you mean '->'?";
    if (what == "'") suggestion = "strings stand in double quotes";
    const bool shown = static_cast<unsigned char>(what[0]) >= 0x20;
    throw Mistake{
        span(from, to),
        shown ? fmt::format("'{}' has no meaning here", what) : std::string("control character"),
        suggestion};
  }

  std::string_view source_;
  int number_;
  std::size_t pos_ = 0;
  std::vector<Token> tokens_;
};

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

// A string token as it would be written, so that "a b" and a b differ.
std::string quoted(const std::string& value) {
  std::string out = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

}  // namespace

Span join(const Span& first, const Span& last) {
  return {first.line, first.column, last.column + last.width - first.column};
}

LexResult lex(std::string_view text, const std::string& file) {
  LexResult result;
  result.sources = split_lines(text);
  for (std::size_t i = 0; i < result.sources.size(); ++i) {
    const std::string& source = result.sources[i];
    const int number = static_cast<int>(i) + 1;
    try {
      std::vector<Token> tokens = LineLexer(source, number).run();
      if (!tokens.empty()) result.lines.push_back({number, source, std::move(tokens)});
    } catch (const Mistake& m) {
      result.diagnostics.push_back({file, number, m.at.column, m.at.width,
                                    is_utf8(source) ? source : ascii_only(source), m.message,
                                    m.suggestion});
    }
  }
  return result;
}

std::string canonical_hash(const std::vector<Line>& lines) {
  std::string canonical;
  for (const Line& line : lines) {
    for (const Token& token : line.tokens) {
      if (token.kind == TokenKind::end_of_line) {
        canonical += '\n';
        continue;
      }
      canonical += token.kind == TokenKind::string ? quoted(token.text) : token.text;
      canonical += ' ';
    }
  }
  const std::unique_ptr<char, decltype(&g_free)> digest(
      g_compute_checksum_for_string(G_CHECKSUM_SHA256, canonical.data(),
                                    static_cast<gssize>(canonical.size())),
      &g_free);
  return digest.get();
}

}  // namespace onhook
