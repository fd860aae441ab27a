// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/manual.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/scenario/names.h"

namespace onhook {
namespace {

using names::ObjectKind;

/// A cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

std::string subjects_of(names::SubjectSet subjects) {
  std::vector<std::string_view> words;
  if ((subjects & names::kBrowser) != 0) words.push_back("browser");
  if ((subjects & names::kSipPeer) != 0) words.push_back("sip_peer");
  if ((subjects & names::kThread) != 0) words.push_back("thread");
  if ((subjects & names::kCore) != 0) words.push_back("core");
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string uses_of(names::UseSet uses) {
  std::vector<std::string_view> words;
  if ((uses & names::kInstruction) != 0) words.push_back("unasked");
  if ((uses & names::kReaction) != 0) words.push_back("in answer");
  if ((uses & names::kEvent) != 0) words.push_back("as an event");
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string_view type_of(ValueType type) {
  switch (type) {
    case ValueType::boolean:
      return "true or false";
    case ValueType::integer:
      return "number";
    case ValueType::text:
      return "text";
  }
  return "";
}

std::string declarations() {
  std::string text = "## Declarations\n\n| form | means |\n|---|---|\n";
  for (const auto& k : names::keywords())
    text += fmt::format("| `{}` | {} |\n", cell(k.form), k.doc);
  text += "\nActors: ";
  for (const auto& k : names::actor_kinds()) text += fmt::format("`{}`, {} ", k.word, k.doc);
  text += "\n\nSIP stacks: ";
  for (const auto& k : names::sip_stacks()) text += fmt::format("`{}`, {} ", k.word, k.doc);
  text += "With `sofia`, datagrams of the race: ";
  for (const auto& k : names::disturbances()) text += fmt::format("`N {}` {} ", k.word, k.doc);
  text.back() = '\n';
  text += "\n| state before the race | means |\n|---|---|\n";
  for (const auto& g : names::givens()) {
    const bool two = g.form == names::Given::Form::from_to;
    std::string form = fmt::format("given {} A{}", g.kind, two ? " -> B" : "");
    if (!g.options.empty()) form += fmt::format(" with {}", fmt::join(g.options, ", "));
    text += fmt::format("| `{}` | {} |\n", form, g.doc);
  }
  return text;
}

std::string verbs() {
  std::string text =
      "\n## Verbs\n\n| who | verb | object | can stand | means |\n|---|---|---|---|---|\n";
  for (const auto& v : names::verbs()) {
    text += fmt::format("| {} | `{}` | {} | {} | {} |\n", subjects_of(v.subjects), v.word,
                        v.object == ObjectKind::none ? "" : names::to_string(v.object),
                        uses_of(v.uses), v.doc);
  }
  text += "\n| attribute of | attribute | values | means |\n|---|---|---|---|\n";
  for (const auto& a : names::attribute_keys()) {
    text += fmt::format(
        "| `{}` | `{}` | {} | {} |\n", a.verb, a.key,
        a.values.empty() ? std::string("any") : fmt::format("`{}`", fmt::join(a.values, "`, `")),
        a.doc);
  }
  return text;
}

std::string objects() {
  std::string text = "\n## Objects\n\n";
  for (const ObjectKind kind :
       {ObjectKind::request, ObjectKind::client_event, ObjectKind::sip_method,
        ObjectKind::nua_function, ObjectKind::nua_event}) {
    text += fmt::format("- {}: `{}`\n", names::to_string(kind),
                        fmt::join(names::words_of(kind), "`, `"));
  }
  return text;
}

std::string observables() {
  std::string text = "\n## Observables\n\n| observable | value | means |\n|---|---|---|\n";
  for (const auto& o : names::observables()) {
    std::string form = fmt::format("{}({}", o.head, subjects_of(o.subjects));
    if (o.argument != ObjectKind::none) {
      form += fmt::format(", {}", names::to_string(o.argument));
    }
    form += o.field.empty() ? ")" : fmt::format(").{}", o.field);
    text += fmt::format("| `{}` | {} | {} |\n", cell(form), type_of(o.type), o.doc);
  }
  return text;
}

std::string laws() {
  std::string text = "\n## General laws\n";
  for (const auto& law : names::general_laws()) {
    text += fmt::format("\n**{}**: {} {}", law.name, law.doc, law.says);
    if (text.back() != '\n') text += '\n';
  }
  return text;
}

template <typename Words>
std::string one_of(const Words& words) {
  return fmt::format("{}", fmt::join(words, "|"));
}

}  // namespace

std::string reference_manual() {
  return "<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n"
         "# Every word of the scenario language\n\n"
         "Made by `onhook manual` out of the tables that the parser reads; LANGUAGE.md is the "
         "text to read first.\n\n" +
         declarations() + verbs() + objects() + observables() + laws();
}

std::string textmate_grammar() {
  std::vector<std::string_view> verbs;
  for (const auto& v : names::verbs()) verbs.push_back(v.word);
  std::vector<std::string_view> inner;
  for (const std::string_view word : names::inner_words()) inner.push_back(word);
  const auto pattern = [](std::string_view name, const std::string& match) {
    return fmt::format("    {{\"name\": \"{}.onhook\", \"match\": \"{}\"}}", name, match);
  };
  const std::vector<std::string> patterns = {
      pattern("comment.line.number-sign", "(^|\\\\s)#.*$"),
      "    {\"name\": \"string.quoted.double.onhook\", \"begin\": \"\\\"\", \"end\": \"\\\"|$\",\n"
      "     \"patterns\": [{\"name\": \"constant.character.escape.onhook\", \"match\": "
      "\"\\\\\\\\.\"}]}",
      pattern("keyword.control", fmt::format("^\\\\s*({})\\\\b", one_of(names::keyword_words()))),
      pattern("constant.numeric.duration", "\\\\b\\\\d+(\\\\.\\\\d+)?(us|ms|s|m)\\\\b"),
      pattern("constant.numeric", "\\\\b\\\\d+\\\\b"),
      pattern("keyword.operator", "->|==|!=|<=|>=|<|>|\\\\.\\\\."),
      pattern("support.class",
              fmt::format("\\\\b({})(?=\\\\()", one_of(names::observable_heads()))),
      pattern("keyword.other", fmt::format("\\\\b({})\\\\b", one_of(inner))),
      pattern("support.function", fmt::format("\\\\b({})\\\\b", one_of(verbs)))};
  return fmt::format(
      "{{\n"
      "  \"name\": \"onhook scenario\",\n  \"scopeName\": \"source.onhook\",\n"
      "  \"fileTypes\": [\"scn\"],\n  \"patterns\": [\n{}\n  ]\n}}\n",
      fmt::join(patterns, ",\n"));
}

}  // namespace onhook
