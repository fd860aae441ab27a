// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "harness/scenario/names.h"
#include "harness/scenario/parse_line.h"

namespace onhook {
namespace {

class Parser {
 public:
  ast::Scenario run(const std::vector<Line>& lines, const std::string& file,
                    std::vector<Diagnostic>& diagnostics) {
    find_actors(lines);
    for (const Line& line : lines) {
      try {
        LineParser in(line);
        declaration(in);
        in.expect_end();
      } catch (const SyntaxError& e) {
        strings_continue_ = Continues::nothing;
        diagnostics.push_back(
            {file, e.at.line, e.at.column, e.at.width, line.source, e.message, e.suggestion});
      }
    }
    return std::move(out_);
  }

 private:
  using Rule = void (Parser::*)(LineParser&, const Token& keyword);

  // Actors may be declared below the lines that begin with their names.
  void find_actors(const std::vector<Line>& lines) {
    for (const Line& line : lines) {
      if (line.tokens[0].text != "actor" || line.tokens.size() < 3) continue;
      if (line.tokens[1].kind == TokenKind::word) actors_.push_back(line.tokens[1].text);
    }
  }

  void declaration(LineParser& in) {
    if (in.peek().kind == TokenKind::string) return string_line(in);
    if (in.peek().kind != TokenKind::word) {
      in.expected("a declaration or an actor at the start of the line");
    }
    const std::string first = in.peek().text;
    const auto rule = rules().find(first);
    if (rule == rules().end()) return act_line(in);
    const Token keyword = in.take();
    strings_continue_ = Continues::nothing;
    (this->*rule->second)(in, keyword);
  }

  static const std::map<std::string_view, Rule>& rules() {
    static const std::map<std::string_view, Rule> kRules = {
        {"scenario", &Parser::scenario_line}, {"see", &Parser::see_line},
        {"actor", &Parser::actor_line},       {"thread", &Parser::thread_line},
        {"given", &Parser::given_line},       {"event", &Parser::event_line},
        {"order", &Parser::order_line},       {"always", &Parser::law_line},
        {"never", &Parser::law_line},         {"finally", &Parser::law_line},
        {"settles", &Parser::settles_line},   {"without", &Parser::without_line},
        {"judged", &Parser::judged_line},     {"program", &Parser::program_line},
        {"sip", &Parser::sip_line},           {"datagram", &Parser::datagram_line}};
    return kRules;
  }

  void scenario_line(LineParser& in, const Token& keyword) {
    if (out_.name) {
      throw SyntaxError{keyword.at, "a file holds one scenario; this is the second",
                        fmt::format("the first is on line {}", out_.name->at.line)};
    }
    out_.name = in.new_name("the scenario's name");
    if (in.peek().kind == TokenKind::string) out_.summary = in.take().text;
    strings_continue_ = Continues::summary;
  }

  void string_line(LineParser& in) {
    if (strings_continue_ == Continues::nothing) {
      throw SyntaxError{in.peek().at, "a string alone on a line is a summary",
                        "put it directly below the 'scenario' line"};
    }
    if (strings_continue_ == Continues::datagram) {
      const Token line = in.take();
      out_.datagrams.back().lines.push_back({line.text, line.at, line.kind});
      return;
    }
    if (!out_.summary.empty()) out_.summary += ' ';
    out_.summary += in.take().text;
  }

  void see_line(LineParser& in, const Token&) {
    do {
      std::string reference;
      while (!in.at_end() && !in.at_symbol(",")) {
        if (!reference.empty()) reference += ' ';
        reference += in.take().text;
      }
      if (reference.empty()) in.expected("a reference like 'janus#3430'");
      out_.see.push_back(std::move(reference));
    } while (in.accept_symbol(","));
  }

  void actor_line(LineParser& in, const Token&) {
    ast::Actor actor;
    actor.name = in.new_name("the actor's name");
    actor.kind = in.word("'browser', 'sip_peer', 'sofia_peer' or 'core'");
    out_.actors.push_back(std::move(actor));
  }

  void sip_line(LineParser& in, const Token&) {
    ast::Sip sip;
    sip.stack = in.word("'fake' or 'sofia'");
    if (in.accept_word("with")) {
      do {
        if (in.peek().kind != TokenKind::number) in.expected("how many: 'with 1 losses'");
        const Token most = in.take();
        sip.disturbances.push_back({in.word("'losses', 'duplications' or 'reorderings'"),
                                    {most.text, most.at, most.kind}});
      } while (in.accept_symbol(","));
    }
    out_.sip.push_back(std::move(sip));
  }

  void datagram_line(LineParser& in, const Token&) {
    out_.datagrams.push_back({in.new_name("the datagram's name"), {}});
    strings_continue_ = Continues::datagram;
  }

  void thread_line(LineParser& in, const Token&) {
    ast::Thread thread;
    thread.name = in.new_name("the name of a thread");
    thread.entry_function = in.word("the thread's entry function");
    if (in.accept_word("of")) thread.account = in.word("the actor whose thread it is");
    if (!thread.account && in.accept_word("number")) {
      if (in.peek().kind != TokenKind::number) in.expected("a number: 1 is the first of them");
      const Token number = in.take();
      thread.number = ast::Word{number.text, number.at, number.kind};
    }
    out_.threads.push_back(std::move(thread));
  }

  void given_line(LineParser& in, const Token&) {
    ast::Given given;
    given.kind = in.word("a state like 'call' or 'registered'");
    given.from = in.word("an actor");
    if (in.accept_symbol("->")) given.to = in.word("the actor who is called");
    if (in.accept_word("with")) {
      do {
        given.options.push_back(in.phrase("an option like 'audio'"));
      } while (in.accept_symbol(","));
    }
    out_.given.push_back(std::move(given));
  }

  void event_line(LineParser& in, const Token&) {
    ast::Event event;
    event.name = in.new_name("the event's name");
    event.subject = in.word("the actor or thread that does it");
    event.operation = in.operation();
    out_.events.push_back(std::move(event));
  }

  void order_line(LineParser& in, const Token& keyword) {
    ast::Order order;
    if (in.accept_word("every")) {
      order.form = ast::Order::Form::every_of;
      in.expect_word("of", "write 'order every of a, b, c'");
    }
    const bool every = order.form == ast::Order::Form::every_of;
    const std::string_view separator = every ? "," : "<";
    do {
      order.events.push_back(in.word("an event"));
    } while (in.accept_symbol(separator));
    order.at = in.span_from(keyword.at);
    if (!in.at_end()) {
      in.expected(fmt::format("'{}' between events", separator),
                  every ? "write 'order every of a, b, c'" : "write 'order a < b < c'");
    }
    out_.orders.push_back(std::move(order));
  }

  void law_line(LineParser& in, const Token& keyword) {
    Quantifier quantifier = Quantifier::always;
    if (keyword.text == "never") quantifier = Quantifier::never;
    if (keyword.text == "finally") quantifier = Quantifier::finally;
    out_.laws.push_back(in.condition(quantifier, keyword.at));
  }

  void settles_line(LineParser& in, const Token&) {
    in.expect_word("within", "write 'settles within 35s'");
    ast::Settles settles;
    const Span first = in.peek().at;
    settles.within = in.duration();
    settles.at = in.span_from(first);
    out_.settles.push_back(settles);
  }

  void without_line(LineParser& in, const Token&) {
    ast::Without without;
    without.law = in.word("the name of a general law");
    in.expect_word("because", "say why: 'without FREE because \"...\"'");
    without.reason.at = in.peek().at;
    without.reason.text = in.string("the reason");
    out_.without.push_back(std::move(without));
  }

  void judged_line(LineParser& in, const Token&) {
    in.expect_word("by", "write 'judged by MEMORY, FREE'");
    do {
      out_.judged.push_back({in.word("a general law that is judged")});
    } while (in.accept_symbol(","));
  }

  void program_line(LineParser& in, const Token& keyword) {
    ast::Program program;
    const auto take = [&in](std::string_view what) {
      if (in.at_end() || in.at_symbol(",")) in.expected(what);
      const Token token = in.take();
      return ast::Word{token.text, token.at, token.kind};
    };
    program.file = take("a C file");
    if (!in.at_end()) {
      if (in.peek().text != "with") in.expected("'with' and the arguments");
      in.take();
      do {
        program.words.push_back(take("a define like '-DN=2' or an argument"));
      } while (!in.at_end());
    }
    program.at = in.span_from(keyword.at);
    out_.programs.push_back(std::move(program));
  }

  void act_line(LineParser& in) {
    const Token first = in.peek();
    if (std::find(actors_.begin(), actors_.end(), first.text) == actors_.end()) {
      std::vector<std::string_view> known = names::keyword_words();
      known.insert(known.end(), actors_.begin(), actors_.end());
      throw SyntaxError{first.at,
                        fmt::format("'{}' is neither a declaration nor an actor", first.text),
                        did_you_mean(first.text, known)};
    }
    strings_continue_ = Continues::nothing;
    ast::Act act;
    act.actor = in.word("an actor");
    if (in.accept_word("on")) act.trigger = trigger(in);
    act.operation = in.operation();
    out_.acts.push_back(std::move(act));
  }

  // "BYE", "incomingcall", or a reply: "200 INVITE".
  static ast::Word trigger(LineParser& in) {
    if (in.peek().kind != TokenKind::number) return in.word("what the actor reacts to");
    const Token code = in.take();
    ast::Word whole = in.word("the method that this is a reply to");
    return {code.text + ' ' + whole.text, join(code.at, whole.at), code.kind};
  }

  ast::Scenario out_;
  std::vector<std::string> actors_;
  /// What a line that is only a string goes on with.
  enum class Continues { nothing, summary, datagram };
  Continues strings_continue_ = Continues::nothing;
};

}  // namespace

ParseResult parse(const std::vector<Line>& lines, const std::string& file) {
  ParseResult result;
  result.scenario = Parser().run(lines, file, result.diagnostics);
  return result;
}

}  // namespace onhook
