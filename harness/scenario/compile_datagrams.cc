// SPDX-License-Identifier: GPL-3.0-or-later
// Datagrams: the text that a SIP peer sends as it stands, with {parts} that the peer fills in.
#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/compile_context.h"
#include "harness/scenario/parse_line.h"

namespace onhook {
namespace {

/// Reports a "{word}" that is no part. A brace that encloses anything else but a word is text.
void check_parts(CompileContext& context, const ast::Word& line) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz_-";
  const std::string_view text = line.text;
  for (std::size_t open = 0; (open = text.find('{', open)) != text.npos; ++open) {
    const std::size_t end = text.find_first_not_of(kLetters, open + 1);
    if (end == text.npos || text[end] != '}' || end == open + 1) continue;
    const std::string_view part = text.substr(open + 1, end - open - 1);
    if (std::ranges::find(fakes::kDatagramParts, part) != fakes::kDatagramParts.end()) continue;
    std::string suggestion = did_you_mean(part, fakes::kDatagramParts);
    if (suggestion.empty())
      suggestion = fmt::format("the parts are {}", list_of(fakes::kDatagramParts));
    context.error(line.at, fmt::format("'{{{}}}' is no part of a datagram", part),
                  std::move(suggestion));
  }
}

}  // namespace

void compile_datagrams(CompileContext& context, const ast::Scenario& scenario) {
  std::vector<fakes::Datagram>& compiled = context.out.script.datagrams;
  const auto taken = names::words_of(names::ObjectKind::sendable);
  for (const ast::Datagram& datagram : scenario.datagrams) {
    const std::string& name = datagram.name.text;
    if (std::ranges::find(taken, name) != taken.end()) {
      context.error(datagram.name.at, fmt::format("'{}' is sent by its own rules already", name),
                    "a datagram needs another name");
    }
    if (std::ranges::find(compiled, name, &fakes::Datagram::name) != compiled.end()) {
      context.error(datagram.name.at, fmt::format("there is already a datagram '{}'", name));
    }
    fakes::Datagram out{name, {}};
    for (const ast::Word& line : datagram.lines) {
      check_parts(context, line);
      out.text += line.text + "\r\n";
    }
    compiled.push_back(std::move(out));
  }
}

}  // namespace onhook
