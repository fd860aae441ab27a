// SPDX-License-Identifier: GPL-3.0-or-later
// A scenario as written: one struct a declaration, every word with its place, no name looked up
// yet. The parser makes it, the compiler reads it, nobody else sees it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/ids.h"
#include "harness/scenario/compiled.h"
#include "harness/scenario/lexer.h"

namespace onhook::ast {

struct Word {
  std::string text;  ///< several tokens are joined by one blank: "callstate terminated"
  Span at;
  TokenKind kind = TokenKind::word;  ///< of the first token
};

/// "within A..B", "within B" (from 0), "after A" (exactly A).
struct Window {
  TimeNs earliest = 0;
  TimeNs latest = 0;
  Span at;
};

/// "code 486": a key and what follows it; a key alone has an empty value.
struct Attribute {
  Word key;
  Word value;
  Span at;
};

/// What follows a subject: VERB [OBJECT] {, ATTRIBUTE}, with the window before or after it.
struct Operation {
  Word verb;
  std::optional<Word> object;
  std::vector<Attribute> attributes;
  std::optional<Window> window;
  Span at;
};

struct Actor {
  Word name;
  Word kind;
};

struct Thread {
  Word name;
  Word entry_function;
  std::optional<Word> account;
  std::optional<Word> number;
};

struct Given {
  Word kind;
  Word from;
  std::optional<Word> to;
  std::vector<Word> options;
};

/// An instruction, or with a trigger a reaction.
struct Act {
  Word actor;
  std::optional<Word> trigger;
  Operation operation;
};

struct Event {
  Word name;
  Word subject;
  Operation operation;
};

struct Order {
  enum class Form { every_of, chain };
  Form form = Form::chain;
  std::vector<Word> events;
  Span at;
};

struct Observable {
  Word head;
  std::vector<Word> arguments;
  std::optional<Word> field;
  Span at;
};

struct Predicate {
  Observable observable;
  bool negated = false;                  ///< "not X"
  std::optional<Comparator> comparator;  ///< without one: X, or not X
  Word comparator_word;                  ///< "<="
  Word literal;                          ///< "true" and "false" are words
};

struct Law {
  Quantifier quantifier = Quantifier::always;
  Condition::Join join = Condition::Join::all_of;
  std::vector<Predicate> comparisons;
  std::string text;  ///< canonical
  Span at;
};

struct Settles {
  TimeNs within = 0;
  Span at;  ///< the duration
};

struct Without {
  Word law;
  Word reason;
};

struct Judged {
  Word law;
};

struct Sip {
  Word stack;
  struct Disturbance {
    Word kind;  ///< "losses"
    Word most;  ///< a number
  };
  std::vector<Disturbance> disturbances;
};

struct Datagram {
  Word name;
  std::vector<Word> lines;
};

struct Program {
  Word file;
  std::vector<Word> words;  ///< after `with`
  Span at;                  ///< the whole line
};

struct Scenario {
  std::optional<Word> name;
  std::string summary;
  std::vector<std::string> see;
  std::vector<Actor> actors;
  std::vector<Thread> threads;
  std::vector<Given> given;
  std::vector<Act> acts;
  std::vector<Event> events;
  std::vector<Order> orders;
  std::vector<Law> laws;
  std::vector<Without> without;
  std::vector<Judged> judged;
  std::vector<Settles> settles;
  std::vector<Sip> sip;
  std::vector<Datagram> datagrams;
  std::vector<Program> programs;
};

}  // namespace onhook::ast
