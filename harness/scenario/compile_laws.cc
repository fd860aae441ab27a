// SPDX-License-Identifier: GPL-3.0-or-later
// Laws: every observable is looked up in the table and given the types of its row.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/scenario/compile_context.h"
#include "harness/scenario/parse_line.h"

namespace onhook {
namespace {

std::string_view to_string(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return "a truth";
    case ValueType::integer:
      return "a number";
    case ValueType::text:
      return "a string";
  }
  return "";
}

std::string_view example_of(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return "true";
    case ValueType::integer:
      return "1";
    case ValueType::text:
      return "\"...\"";
  }
  return "";
}

// The row that `head.field` names, or nullptr after an error.
const names::ObservableName* find_row(CompileContext& context, const ast::Observable& o) {
  const std::string_view field = o.field ? std::string_view(o.field->text) : "";
  bool head_known = false;
  for (const names::ObservableName& row : names::observables()) {
    if (row.head != o.head.text) continue;
    if (row.field == field) return &row;
    head_known = true;
  }
  if (!head_known) {
    context.error(o.head.at, fmt::format("there is no observable '{}'", o.head.text),
                  did_you_mean(o.head.text, names::observable_heads()));
    return nullptr;
  }
  const std::vector<std::string_view> fields = names::observable_fields(o.head.text);
  if (!o.field) {
    context.error(o.at, fmt::format("'{}' needs a field", o.head.text),
                  fmt::format("it has {}", list_of(fields)));
    return nullptr;
  }
  std::string suggestion = did_you_mean(o.field->text, fields);
  if (suggestion.empty() && !fields.empty()) suggestion = fmt::format("it has {}", list_of(fields));
  context.error(o.field->at, fmt::format("'{}' has no field '{}'", o.head.text, o.field->text),
                std::move(suggestion));
  return nullptr;
}

// What follows the subject: "received(alice, "hangup, code 200")".
void read_attributes(CompileContext& context, const names::ObservableName& row,
                     const ast::Observable& o, Observable& into) {
  for (std::size_t i = 1; i < o.arguments.size(); ++i) {
    const ast::Word& argument = o.arguments[i];
    if (row.argument == names::ObjectKind::none) {
      return context.error(argument.at,
                           fmt::format("'{}' takes a subject and nothing else", row.head));
    }
    std::vector<std::string> attributes;
    add_attributes(attributes, argument.text);
    for (std::string& attribute : attributes) {
      if (into.attributes.empty()) {
        check_word(context, row.argument, attribute, argument.at);
      } else {
        const std::size_t blank = attribute.find(' ');
        const std::string_view text = attribute;
        check_attribute(context, row.verb, text.substr(0, blank),
                        blank == text.npos ? "" : text.substr(blank + 1), argument.at);
      }
      into.attributes.push_back(std::move(attribute));
    }
  }
}

std::optional<Literal> read_literal(CompileContext& context, const ast::Word& word,
                                    ValueType type) {
  const bool truth = word.kind == TokenKind::word;
  const ValueType given = truth                            ? ValueType::boolean
                          : word.kind == TokenKind::number ? ValueType::integer
                                                           : ValueType::text;
  if (given != type) {
    context.error(word.at, fmt::format("this is {}, but the observable is {}", to_string(given),
                                       to_string(type)));
    return std::nullopt;
  }
  if (type == ValueType::boolean) return word.text == "true";
  if (type == ValueType::text) return word.text;
  std::int64_t value = 0;
  const char* end = word.text.data() + word.text.size();
  if (std::from_chars(word.text.data(), end, value).ec != std::errc()) {
    context.error(word.at, "this number is too large");
    return std::nullopt;
  }
  return value;
}

std::optional<Predicate> compile_comparison(CompileContext& context, const ast::Predicate& c) {
  const ast::Observable& o = c.observable;
  const names::ObservableName* row = find_row(context, o);
  if (row == nullptr) return std::nullopt;
  const auto* subject = context.find(o.arguments[0], row->subjects);
  Predicate out;
  read_attributes(context, *row, o, out.observable);
  if (row->reading == Observable::Reading::keyed && out.observable.attributes.size() != 1) {
    context.error(o.at, fmt::format("'{}' needs a subject and one key", row->head),
                  fmt::format("write '{}({}, call_status)'", row->head, o.arguments[0].text));
    return std::nullopt;
  }
  if (subject == nullptr) return std::nullopt;
  out.observable.reading = row->reading;
  out.observable.type = row->type;
  out.observable.subject = subject->subject;
  out.observable.verb = row->verb;
  out.observable.opposite_verb = row->opposite_verb;
  out.observable.text = o.head.text + '(' + o.arguments[0].text;
  for (const std::string& attribute : out.observable.attributes) {
    out.observable.text += ", " + attribute;
  }
  out.observable.text += ')';
  if (o.field) out.observable.text += '.' + o.field->text;

  if (!c.comparator) {
    if (row->type != ValueType::boolean) {
      context.error(o.at, fmt::format("this is {}; a law needs a truth", to_string(row->type)),
                    fmt::format("compare it, for example '== {}'", example_of(row->type)));
      return std::nullopt;
    }
    out.literal = !c.negated;
    return out;
  }
  const bool ordering =
      *c.comparator != Comparator::equal && *c.comparator != Comparator::not_equal;
  if (ordering && row->type != ValueType::integer) {
    context.error(c.comparator_word.at,
                  fmt::format("'{}' compares numbers, but this is {}", c.comparator_word.text,
                              to_string(row->type)),
                  "use '==' or '!='");
    return std::nullopt;
  }
  const std::optional<Literal> literal = read_literal(context, c.literal, row->type);
  if (!literal) return std::nullopt;
  out.comparator = *c.comparator;
  out.literal = *literal;
  return out;
}

}  // namespace

void compile_laws(CompileContext& context, const ast::Scenario& scenario) {
  for (const ast::Law& law : scenario.laws) {
    LawSpec spec;
    spec.quantifier = law.quantifier;
    spec.condition.join = law.join;
    spec.text = law.text;
    spec.line = law.at.line;
    for (const ast::Predicate& c : law.comparisons) {
      std::optional<Predicate> comparison = compile_comparison(context, c);
      if (comparison) spec.condition.comparisons.push_back(std::move(*comparison));
    }
    for (const LawSpec& earlier : context.out.laws) {
      if (earlier.text != spec.text) continue;
      context.error(law.at, "this law stands in the file twice",
                    fmt::format("the first is on line {}", earlier.line));
    }
    context.out.laws.push_back(std::move(spec));
  }
}

}  // namespace onhook
