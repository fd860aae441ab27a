// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/lint.h"

#include <fmt/format.h>

#include <algorithm>

#include "fakes/vocabulary.h"
#include "harness/scenario/lexer.h"

namespace onhook {
namespace {

class Linter {
 public:
  Linter(const CompiledScenario& scenario, const std::string& text)
      : scenario_(scenario), lexed_(lex(text, scenario.path)) {}

  std::vector<Diagnostic> take() {
    if (scenario_.summary.empty()) {
      warn_at_header("the scenario has no summary", "say below its name, in quotes, what holds");
    }
    unmentioned("actor", "nothing mentions the actor '{}'");
    unmentioned("thread", "nothing mentions the thread '{}'");
    for (const LawSpec& law : scenario_.laws) look_at(law);
    for (const Line& line : lexed_.lines) look_for_a_guest_that_unregisters(line);
    std::ranges::stable_sort(warnings_, {}, &Diagnostic::line);
    return std::move(warnings_);
  }

 private:
  void warn(const Line& line, const Span& at, std::string message, std::string suggestion = {}) {
    Diagnostic d;
    d.file = scenario_.path;
    d.line = line.number;
    d.column = at.column;
    d.width = at.width;
    d.source_line = line.source;
    d.message = std::move(message);
    d.suggestion = std::move(suggestion);
    warnings_.push_back(std::move(d));
  }
  void warn_at_header(std::string message, std::string suggestion) {
    for (const Line& line : lexed_.lines) {
      if (line.tokens.front().text != "scenario") continue;
      warn(line, line.tokens.front().at, std::move(message), std::move(suggestion));
      return;
    }
  }
  const Line* line_of(int number) const {
    const auto line = std::ranges::find(lexed_.lines, number, &Line::number);
    return line == lexed_.lines.end() ? nullptr : &*line;
  }

  /// Who is called by `requests call` without being named.
  bool is_sip_peer(const std::string& name) const {
    const auto is_it = [&](const fakes::ActorSpec& actor) {
      return actor.name == name && actor.kind == fakes::ActorKind::sip_peer;
    };
    return std::ranges::any_of(scenario_.script.actors, is_it);
  }

  /// Names that only their own declaration knows.
  void unmentioned(std::string_view keyword, fmt::format_string<const std::string&> message) {
    for (const Line& line : lexed_.lines) {
      if (line.tokens.front().text != keyword || line.tokens.size() < 2) continue;
      const Token& name = line.tokens[1];
      const auto mentions = [&](const Line& other) {
        return other.number != line.number &&
               std::ranges::find(other.tokens, name.text, &Token::text) != other.tokens.end();
      };
      if (std::ranges::any_of(lexed_.lines, mentions) || is_sip_peer(name.text)) continue;
      warn(line, name.at, fmt::format(message, name.text), "leave it out, or let it do something");
    }
  }

  /// Does this actor do such a thing in the race, unasked or in answer? "" is any object.
  bool does(const std::string& actor, std::string_view verb, std::string_view object = "") const {
    const auto is_it = [&](const auto& act) {
      return act.actor == actor && act.verb == verb && (object.empty() || act.object == object);
    };
    return std::ranges::any_of(scenario_.script.instructions, is_it) ||
           std::ranges::any_of(scenario_.script.reactions, is_it);
  }

  /// No DTLS alert proves nothing unless one could come.
  void look_at(const LawSpec& law) {
    if (law.quantifier != Quantifier::never) return;
    for (const Predicate& predicate : law.condition.comparisons) {
      const Observable& seen = predicate.observable;
      if (seen.verb != fakes::verb::kDtlsAlert || does(seen.subject.name, fakes::verb::kCloses))
        continue;
      const Line* line = line_of(law.line);
      if (line == nullptr) continue;
      warn(*line, line->tokens.front().at,
           fmt::format("this law cannot break: {} never closes its PeerConnection, so no DTLS "
                       "alert can come",
                       seen.subject.name),
           fmt::format("add '{} after 30s closes pc'", seen.subject.name));
    }
  }

  /// Has this browser an account at a registrar when the race begins, or asks for one in it?
  bool has_account(const std::string& actor) const {
    const auto gives = [&](const fakes::GivenSpec& given) {
      return given.kind == "registered" && given.from == actor;
    };
    return std::ranges::any_of(scenario_.script.given, gives) ||
           does(actor, fakes::verb::kRequests, "register");
  }

  /// The plugin refuses that, and nothing of what the scenario is about would happen.
  void look_for_a_guest_that_unregisters(const Line& line) {
    const auto object = std::ranges::find(line.tokens, "unregister", &Token::text);
    if (object - line.tokens.begin() < 2 || object == line.tokens.end()) return;
    if (std::prev(object)->text != fakes::verb::kRequests) return;
    const bool is_event = line.tokens.front().text == "event" && line.tokens.size() > 2;
    const std::string& actor = line.tokens[is_event ? 2 : 0].text;
    if (has_account(actor)) return;
    warn(line, object->at, fmt::format("{} is a guest and has no registration to give up", actor),
         fmt::format("add 'given registered {}' above the other 'given' lines", actor));
  }

  const CompiledScenario& scenario_;
  LexResult lexed_;
  std::vector<Diagnostic> warnings_;
};

}  // namespace

std::vector<Diagnostic> lint(const CompiledScenario& scenario, const std::string& text) {
  return Linter(scenario, text).take();
}

}  // namespace onhook
