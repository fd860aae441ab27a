// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/parse_line.h"

#include <fmt/format.h>

#include <utility>

#include "harness/base/diagnostic.h"
#include "harness/scenario/names.h"

namespace onhook {
namespace {

constexpr TimeNs kLongest = 86'400 * fakes::kSecond;

struct Unit {
  std::string_view name;
  TimeNs ns;
};
constexpr Unit kUnits[] = {
    {"us", 1'000}, {"ms", fakes::kMillisecond}, {"s", fakes::kSecond}, {"m", 60 * fakes::kSecond}};

std::string shown(const Token& token) {
  if (token.kind == TokenKind::end_of_line) return "the line ends";
  if (token.kind == TokenKind::string) return fmt::format("found the string \"{}\"", token.text);
  return fmt::format("found '{}'", token.text);
}

}  // namespace

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  const std::string_view near = closest_word(word, candidates);
  return near.empty() || near == word ? "" : fmt::format("did you mean '{}'?", near);
}

std::string list_of(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " and " : ", ";
    out += fmt::format("'{}'", words[i]);
  }
  return out;
}

const Token& LineParser::peek(std::size_t ahead) const {
  return line_.tokens[std::min(pos_ + ahead, line_.tokens.size() - 1)];
}

bool LineParser::at_word(std::string_view word) const {
  return peek().kind == TokenKind::word && peek().text == word;
}

bool LineParser::at_symbol(std::string_view symbol) const {
  return peek().kind == TokenKind::symbol && peek().text == symbol;
}

bool LineParser::accept_word(std::string_view word) {
  if (!at_word(word)) return false;
  ++pos_;
  return true;
}

bool LineParser::accept_symbol(std::string_view symbol) {
  if (!at_symbol(symbol)) return false;
  ++pos_;
  return true;
}

Span LineParser::span_from(const Span& first) const {
  return pos_ == 0 ? first : join(first, line_.tokens[pos_ - 1].at);
}

void LineParser::expected(std::string_view what, std::string_view suggestion) const {
  throw SyntaxError{peek().at, fmt::format("expected {}, but {}", what, shown(peek())),
                    std::string(suggestion)};
}

void LineParser::expect_symbol(std::string_view symbol, std::string_view after) {
  if (!accept_symbol(symbol)) expected(fmt::format("'{}' after {}", symbol, after));
}

void LineParser::expect_word(std::string_view word, std::string_view suggestion) {
  if (!accept_word(word)) expected(fmt::format("'{}'", word), suggestion);
}

void LineParser::expect_end() {
  if (at_end()) return;
  throw SyntaxError{join(peek().at, line_.tokens[line_.tokens.size() - 2].at),
                    fmt::format("expected the end of the line, but {}", shown(peek())), ""};
}

ast::Word LineParser::word(std::string_view what) {
  if (peek().kind != TokenKind::word) expected(what);
  const Token token = take();
  return {token.text, token.at, token.kind};
}

ast::Word LineParser::new_name(std::string_view what) {
  ast::Word name = word(what);
  if (names::is_reserved(name.text)) {
    throw SyntaxError{
        name.at, fmt::format("'{}' is a word of the language and cannot be a name", name.text), ""};
  }
  if (name.text.find('-') != std::string::npos) {
    throw SyntaxError{name.at, "a name has letters, digits and '_' only",
                      "write '_' instead of '-'"};
  }
  return name;
}

std::string LineParser::string(std::string_view what) {
  if (peek().kind != TokenKind::string) expected(what, "strings stand in double quotes");
  return take().text;
}

TimeNs LineParser::duration() {
  const Token token = peek();
  if (token.kind == TokenKind::number) {
    throw SyntaxError{token.at, "a duration needs a unit",
                      fmt::format("did you mean '{}s' or '{}ms'?", token.text, token.text)};
  }
  if (token.kind != TokenKind::quantity) expected("a duration like '5s' or '500ms'");
  const std::string_view text = token.text;
  const std::size_t unit_at = text.find_first_not_of("0123456789.");
  const std::string_view unit = unit_at == text.npos ? "" : text.substr(unit_at);
  TimeNs scale = 0;
  for (const Unit& u : kUnits) {
    if (u.name == unit) scale = u.ns;
  }
  if (scale == 0) {
    throw SyntaxError{token.at,
                      unit.empty() ? std::string("a duration needs a unit")
                                   : fmt::format("'{}' is no unit of time", unit),
                      "the units are 'us', 'ms', 's' and 'm'"};
  }
  TimeNs total = 0;
  TimeNs digit_scale = scale;
  bool fraction = false;
  for (char c : text.substr(0, unit_at)) {
    if (c == '.') {
      fraction = true;
      continue;
    }
    const TimeNs digit = c - '0';
    if (fraction) {
      if (digit_scale < 10 && digit != 0) {
        throw SyntaxError{token.at, "this duration is finer than a nanosecond", ""};
      }
      digit_scale /= 10;
      total += digit * digit_scale;
    } else {
      total = total * 10 + digit * scale;
    }
    if (total > kLongest) throw SyntaxError{token.at, "a duration is at most a day", ""};
  }
  take();
  return total;
}

ast::Window LineParser::window() {
  ast::Window w;
  const Token first = take();
  w.earliest = duration();
  if (first.text == "after") {
    w.latest = w.earliest;
  } else if (accept_symbol("..")) {
    w.latest = duration();
  } else {
    w.latest = std::exchange(w.earliest, 0);
  }
  w.at = span_from(first.at);
  if (w.earliest > w.latest) {
    throw SyntaxError{w.at, "this window ends before it begins", "write the earlier time first"};
  }
  return w;
}

ast::Word LineParser::phrase(std::string_view what) {
  ast::Word whole;
  const Span first = peek().at;
  bool any = false;
  bool after_dot = false;  // "media.has_audio" is one word
  while (!at_end() && !at_symbol(",") && !at_window()) {
    const Token& token = peek();
    if (any && !after_dot && accept_symbol(".")) {
      whole.text += '.';
      after_dot = true;
      continue;
    }
    if (token.kind == TokenKind::symbol) expected(what);
    if (any && !after_dot) whole.text += ' ';
    after_dot = false;
    if (!any) whole.kind = token.kind;
    whole.text += token.text;
    any = true;
    take();
  }
  if (!any) expected(what);
  whole.at = span_from(first);
  return whole;
}

ast::Attribute LineParser::attribute() {
  ast::Attribute a;
  const Span first = peek().at;
  a.key = word("an attribute like 'callstate terminated'");
  if (!at_end() && !at_symbol(",") && !at_window()) a.value = phrase("the attribute's value");
  a.at = span_from(first);
  return a;
}

ast::Operation LineParser::operation() {
  ast::Operation op;
  const Span first = peek().at;
  if (at_window()) op.window = window();
  op.verb = word("a verb");
  if (!at_end() && !at_symbol(",") && !at_window()) op.object = phrase("an object");
  while (accept_symbol(",")) op.attributes.push_back(attribute());
  if (at_window()) {
    if (op.window) {
      throw SyntaxError{peek().at, "a second window: this line has one before the verb", ""};
    }
    op.window = window();
  }
  op.at = span_from(first);
  return op;
}

}  // namespace onhook
