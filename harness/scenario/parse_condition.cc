// SPDX-License-Identifier: GPL-3.0-or-later
// Conditions of laws: comparisons joined by `and`, or by `or`, never by both, without parentheses.
#include <fmt/format.h>

#include <array>
#include <utility>

#include "harness/scenario/parse_line.h"

namespace onhook {
namespace {

constexpr std::array<std::pair<std::string_view, Comparator>, 6> kComparators = {
    {{"==", Comparator::equal},
     {"!=", Comparator::not_equal},
     {"<", Comparator::less},
     {"<=", Comparator::less_equal},
     {">", Comparator::greater},
     {">=", Comparator::greater_equal}}};

std::string spelling(const ast::Word& word) {
  if (word.kind != TokenKind::string) return word.text;
  std::string out = "\"";
  for (char c : word.text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string spelling(const ast::Observable& o) {
  std::string out = o.head.text + '(';
  for (std::size_t i = 0; i < o.arguments.size(); ++i) {
    if (i > 0) out += ", ";
    out += spelling(o.arguments[i]);
  }
  out += ')';
  if (o.field) out += '.' + o.field->text;
  return out;
}

std::string spelling(const ast::Predicate& c) {
  std::string out = c.negated ? "not " : "";
  out += spelling(c.observable);
  if (c.comparator) out += fmt::format(" {} {}", c.comparator_word.text, spelling(c.literal));
  return out;
}

std::string_view spelling(Quantifier q) {
  switch (q) {
    case Quantifier::always:
      return "always";
    case Quantifier::never:
      return "never";
    case Quantifier::finally:
      return "finally";
  }
  return "";
}

}  // namespace

ast::Observable LineParser::observable() {
  ast::Observable o;
  o.head = word("an observable like 'pc(alice).open'");
  expect_symbol("(", "an observable");
  do {
    const Token& token = peek();
    const bool fits = token.kind == TokenKind::word || token.kind == TokenKind::string ||
                      token.kind == TokenKind::number;
    if (!fits) expected("a name or a string");
    o.arguments.push_back({token.text, token.at, token.kind});
    take();
  } while (accept_symbol(","));
  expect_symbol(")", "the arguments");
  if (accept_symbol(".")) o.field = word("a field like 'count'");
  o.at = span_from(o.head.at);
  return o;
}

void LineParser::literal(ast::Predicate& into) {
  const Token& token = peek();
  const bool truth = at_word("true") || at_word("false");
  if (!truth && token.kind != TokenKind::number && token.kind != TokenKind::string) {
    expected("a number, a string, 'true' or 'false'",
             token.kind == TokenKind::word ? fmt::format("did you mean \"{}\"?", token.text) : "");
  }
  into.literal = {token.text, token.at, token.kind};
  take();
}

ast::Predicate LineParser::comparison() {
  ast::Predicate c;
  const Token first = peek();
  c.negated = accept_word("not");
  c.observable = observable();
  for (const auto& [symbol, comparator] : kComparators) {
    if (!at_symbol(symbol)) continue;
    if (c.negated) {
      throw SyntaxError{first.at, "'not' stands before a truth, not before a comparison",
                        "use the opposite comparison instead"};
    }
    const Token token = take();
    c.comparator = comparator;
    c.comparator_word = {token.text, token.at, token.kind};
    literal(c);
    break;
  }
  return c;
}

ast::Law LineParser::condition(Quantifier quantifier, const Span& first) {
  ast::Law law;
  law.quantifier = quantifier;
  law.text = spelling(quantifier);
  law.comparisons.push_back(comparison());
  law.text += ' ' + spelling(law.comparisons.back());
  std::string_view joined_by;
  while (at_word("and") || at_word("or")) {
    const Token token = take();
    if (!joined_by.empty() && token.text != joined_by) {
      throw SyntaxError{token.at, "a condition has 'and' or 'or', not both",
                        "write two laws instead"};
    }
    joined_by = token.text == "and" ? "and" : "or";
    law.comparisons.push_back(comparison());
    law.text += fmt::format(" {} {}", token.text, spelling(law.comparisons.back()));
  }
  if (joined_by == "or") law.join = Condition::Join::any_of;
  law.at = span_from(first);
  return law;
}

}  // namespace onhook
