// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/compile_context.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <sstream>

#include "harness/scenario/parse_line.h"

namespace onhook {
namespace {

bool is_status_code(std::string_view text) {
  return text.size() == 3 && text[0] >= '1' && text[0] <= '6' && text[1] >= '0' && text[1] <= '9' &&
         text[2] >= '0' && text[2] <= '9';
}

/// Names of C joined by '.' where `members` may follow.
bool is_c_name(std::string_view text, bool members) {
  bool begins = true;
  for (char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    const bool digit = c >= '0' && c <= '9';
    if (c == '.' && members && !begins) {
      begins = true;
    } else if (letter || (digit && !begins)) {
      begins = false;
    } else {
      return false;
    }
  }
  return !begins;
}

}  // namespace

std::string_view to_string(names::SubjectSet set) {
  switch (set) {
    case names::kBrowser:
      return "a browser";
    case names::kSipPeer:
      return "a SIP peer";
    case names::kThread:
      return "a thread";
    case names::kCore:
      return "the core";
    case names::kBrowser | names::kSipPeer:
    case names::kBrowser | names::kSipPeer | names::kCore:
      return "an actor";
    case names::kBrowser | names::kThread:
      return "a browser or a thread";
    default:
      return "an actor or a thread";
  }
}

void CompileContext::error(const Span& at, std::string message, std::string suggestion) {
  const auto index = static_cast<std::size_t>(at.line - 1);
  std::string source = at.line > 0 && index < sources_.size() ? sources_[index] : std::string();
  diagnostics_.push_back({file_, at.line, at.line > 0 ? at.column : 0, at.width, std::move(source),
                          std::move(message), std::move(suggestion)});
}

void CompileContext::add_syntax_errors(std::vector<Diagnostic> errors) {
  for (const Diagnostic& d : errors) {
    had_syntax_errors_ = true;
    std::istringstream words(d.source_line);
    std::string first, second;
    if (!(words >> first >> second)) continue;
    std::replace(second.begin(), second.end(), '-', '_');  // how a wrong name is put right
    perhaps_declared_.insert(second);
  }
  std::move(errors.begin(), errors.end(), std::back_inserter(diagnostics_));
}

bool CompileContext::may_be_declared(std::string_view name) const {
  return perhaps_declared_.contains(name);
}

void CompileContext::declare(KnownSubject subject, const Span& at) {
  for (const KnownSubject& known : subjects_) {
    if (known.subject.name != subject.subject.name) continue;
    return error(at, fmt::format("the name '{}' is taken", subject.subject.name),
                 fmt::format("it was declared on line {}", known.line));
  }
  subjects_.push_back(std::move(subject));
}

const CompileContext::KnownSubject* CompileContext::find(const ast::Word& name,
                                                         names::SubjectSet wanted) {
  std::vector<std::string_view> candidates;
  for (const KnownSubject& known : subjects_) {
    if ((known.set & wanted) != 0) candidates.push_back(known.subject.name);
    if (known.subject.name != name.text) continue;
    if (known.set == 0) return nullptr;
    if ((known.set & wanted) != 0) return &known;
    error(name.at, fmt::format("'{}' is {}, but this needs {}", name.text, to_string(known.set),
                               to_string(wanted)));
    return nullptr;
  }
  if (may_be_declared(name.text)) return nullptr;
  error(name.at, fmt::format("'{}' is not the name of {}", name.text, to_string(wanted)),
        did_you_mean(name.text, candidates));
  return nullptr;
}

void check_object(CompileContext& context, const names::Verb& verb,
                  const std::optional<ast::Word>& object, const Span& verb_at) {
  if (!object) {
    if (verb.object == names::ObjectKind::none || verb.object == names::ObjectKind::reason) return;
    const std::span<const std::string_view> words = names::words_of(verb.object);
    return context.error(
        verb_at, fmt::format("'{}' needs {}", verb.word, names::to_string(verb.object)),
        words.empty() ? "" : fmt::format("for example '{} {}'", verb.word, words[0]));
  }
  if (verb.object == names::ObjectKind::none) {
    return context.error(object->at, fmt::format("'{}' takes no object", verb.word));
  }
  check_word(context, verb.object, object->text, object->at);
}

bool check_word(CompileContext& context, names::ObjectKind kind, std::string_view text,
                const Span& at) {
  const bool open = kind == names::ObjectKind::reason || kind == names::ObjectKind::state_key;
  if (open) return true;
  std::string_view word = text;
  if (kind == names::ObjectKind::status_code) {
    if (is_status_code(text)) return true;
  } else if (kind == names::ObjectKind::function || kind == names::ObjectKind::variable) {
    // Which ones there are, only the target knows.
    if (is_c_name(text, kind == names::ObjectKind::variable)) return true;
  } else {
    const bool reply = kind == names::ObjectKind::sip_message && text.size() > 4 &&
                       is_status_code(text.substr(0, 3)) && text[3] == ' ';
    if (reply) word.remove_prefix(4);
    const std::span<const std::string_view> words = names::words_of(kind);
    if (std::find(words.begin(), words.end(), word) != words.end()) return true;
  }
  std::vector<std::string_view> known(names::words_of(kind).begin(), names::words_of(kind).end());
  if (kind == names::ObjectKind::sendable) {
    for (const fakes::Datagram& datagram : context.out.script.datagrams) {
      if (datagram.name == text) return true;
      known.push_back(datagram.name);
    }
    if (context.may_be_declared(text)) return false;
  }
  context.error(at, fmt::format("'{}' is not {}", text, names::to_string(kind)),
                did_you_mean(word, known));
  return false;
}

void add_attributes(std::vector<std::string>& attributes, std::string_view text) {
  for (std::size_t comma; (comma = text.find(", ")) != text.npos; text.remove_prefix(comma + 2)) {
    attributes.emplace_back(text.substr(0, comma));
  }
  attributes.emplace_back(text);
}

void check_attribute(CompileContext& context, std::string_view verb, std::string_view key,
                     std::string_view value, const Span& at) {
  std::vector<std::string_view> keys;
  for (const names::AttributeKey& known : names::attribute_keys()) {
    if (known.verb != verb) continue;
    keys.push_back(known.key);
    if (known.key != key) continue;
    const auto& values = known.values;
    if (value.empty()) {
      return context.error(at, fmt::format("the attribute '{}' needs a value", key));
    }
    if (values.empty() || std::find(values.begin(), values.end(), value) != values.end()) return;
    return context.error(at, fmt::format("'{}' is no {}", value, key), did_you_mean(value, values));
  }
  if (keys.empty()) return;  // this verb's attributes are not a closed list
  std::string suggestion = did_you_mean(key, keys);
  if (suggestion.empty()) suggestion = fmt::format("the attributes are {}", list_of(keys));
  context.error(at, fmt::format("'{}' has no attribute '{}'", verb, key), std::move(suggestion));
}

}  // namespace onhook
