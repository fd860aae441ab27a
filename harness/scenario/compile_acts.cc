// SPDX-License-Identifier: GPL-3.0-or-later
// Instructions, reactions and events. An event that is something an actor does by itself is also
// the instruction to do it, unless the file says elsewhere when that happens.
#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/compile_context.h"
#include "harness/scenario/parse_line.h"

namespace onhook {
namespace {

using names::UseSet;

std::string object_of(const ast::Operation& op) { return op.object ? op.object->text : ""; }

std::string text_of(const ast::Attribute& a) {
  return a.value.text.empty() ? a.key.text : a.key.text + ' ' + a.value.text;
}

fakes::Window window_of(const ast::Operation& op) {
  return op.window ? fakes::Window::within(op.window->earliest, op.window->latest)
                   : fakes::Window::exactly(0);
}

// The row of the verb for this subject and use, or nullptr after an error.
const names::Verb* find_verb(CompileContext& context, const ast::Word& word,
                             const CompileContext::KnownSubject& subject, UseSet use) {
  const names::Verb* verb = names::find_verb(word.text, subject.set);
  if (verb != nullptr && (verb->uses & use) != 0) return verb;
  if (verb != nullptr) {
    std::string suggestion;
    if ((verb->uses & names::kReaction) != 0 && use == names::kInstruction) {
      suggestion = fmt::format("say to what: '{} on BYE {} ...'", subject.subject.name, word.text);
    } else if (verb->uses == names::kEvent) {
      suggestion = "it can be an event, but nobody can be told to do it";
    }
    const std::string_view what = use == names::kInstruction ? "is nothing to be done unasked"
                                  : use == names::kReaction  ? "is no reaction"
                                                             : "is no event";
    context.error(word.at, fmt::format("'{}' {}", word.text, what), std::move(suggestion));
    return nullptr;
  }
  for (const names::Verb& other : names::verbs()) {
    if (other.word != word.text) continue;
    context.error(word.at, fmt::format("'{}' is done by {}, but '{}' is {}", word.text,
                                       to_string(other.subjects), subject.subject.name,
                                       to_string(subject.set)));
    return nullptr;
  }
  const std::vector<std::string_view> known = names::verb_words(subject.set, use);
  std::string suggestion = did_you_mean(word.text, known);
  if (suggestion.empty()) {
    suggestion = fmt::format("{} does {}", to_string(subject.set), list_of(known));
  }
  context.error(word.at, fmt::format("'{}' is no verb", word.text), std::move(suggestion));
  return nullptr;
}

std::map<std::string, std::string> attribute_map(CompileContext& context,
                                                 const std::vector<ast::Attribute>& attributes) {
  std::map<std::string, std::string> map;
  for (const ast::Attribute& a : attributes) {
    if (!map.emplace(a.key.text, a.value.text).second) {
      context.error(a.at, fmt::format("the attribute '{}' is given twice", a.key.text));
    }
  }
  return map;
}

void compile_reaction(CompileContext& context, const ast::Act& act,
                      const CompileContext::KnownSubject& actor) {
  const auto kind = actor.set == names::kBrowser ? names::ObjectKind::client_event
                                                 : names::ObjectKind::sip_message;
  check_word(context, kind, act.trigger->text, act.trigger->at);
  for (const fakes::Reaction& earlier : context.out.script.reactions) {
    if (earlier.actor == act.actor.text && earlier.trigger == act.trigger->text) {
      context.error(act.trigger->at, fmt::format("'{}' already has a reaction to '{}'",
                                                 earlier.actor, earlier.trigger));
    }
  }
  context.out.script.reactions.push_back(
      {act.actor.text, act.trigger->text, window_of(act.operation), act.operation.verb.text,
       object_of(act.operation), attribute_map(context, act.operation.attributes)});
}

struct TimedInstruction {
  fakes::Instruction instruction;
  Span at;
};

bool does(const std::string& actor, const std::string& verb, const std::string& object,
          const std::map<std::string, std::string>& attributes, const ast::Event& event) {
  if (actor != event.subject.text || verb != event.operation.verb.text ||
      object != object_of(event.operation)) {
    return false;
  }
  return std::all_of(event.operation.attributes.begin(), event.operation.attributes.end(),
                     [&attributes](const ast::Attribute& a) {
                       const auto it = attributes.find(a.key.text);
                       return it != attributes.end() && it->second == a.value.text;
                     });
}

class ActsPass {
 public:
  explicit ActsPass(CompileContext& context) : context_(context) {}

  void run(const ast::Scenario& scenario) {
    for (const ast::Act& act : scenario.acts) compile_act(act);
    for (const ast::Event& event : scenario.events) compile_event(event);
    check_settles(scenario);
    // By time, then as written: a fake may play an actor's instructions one after the other.
    std::stable_sort(instructions_.begin(), instructions_.end(),
                     [](const TimedInstruction& a, const TimedInstruction& b) {
                       if (a.instruction.window.earliest != b.instruction.window.earliest) {
                         return a.instruction.window.earliest < b.instruction.window.earliest;
                       }
                       return a.at.line < b.at.line;
                     });
    for (TimedInstruction& timed : instructions_) {
      context_.out.script.instructions.push_back(std::move(timed.instruction));
    }
  }

 private:
  void compile_act(const ast::Act& act) {
    const auto* actor = context_.find(act.actor, names::kBrowser | names::kSipPeer | names::kCore);
    if (actor == nullptr) return;
    const ast::Operation& op = act.operation;
    const UseSet use = act.trigger ? names::kReaction : names::kInstruction;
    const names::Verb* verb = find_verb(context_, op.verb, *actor, use);
    if (verb == nullptr) return;
    check_object(context_, *verb, op.object, op.verb.at);
    if (act.trigger) return compile_reaction(context_, act, *actor);
    instructions_.push_back({{act.actor.text, window_of(op), op.verb.text, object_of(op),
                              attribute_map(context_, op.attributes)},
                             op.window ? op.window->at : op.at});
  }

  void compile_event(const ast::Event& event) {
    const ast::Operation& op = event.operation;
    check_new(event);
    // Later lines may name the event even if it is wrong.
    context_.out.events.push_back({event.name.text, {}, op.verb.text, {}, {}, event.name.at.line});
    const std::size_t index = context_.out.events.size() - 1;
    const names::SubjectSet anybody =
        names::kBrowser | names::kSipPeer | names::kThread | names::kCore;
    const auto* subject = context_.find(event.subject, anybody);
    if (subject == nullptr) return;
    const names::Verb* verb = find_verb(context_, op.verb, *subject, names::kEvent);
    if (verb == nullptr) return;
    check_object(context_, *verb, op.object, op.verb.at);
    EventPattern& pattern = context_.out.events[index];
    pattern.subject = subject->subject;
    if (op.object) add_attributes(pattern.attributes, op.object->text);
    for (const ast::Attribute& a : op.attributes) {
      check_attribute(context_, op.verb.text, a.key.text, a.value.text, a.at);
      add_attributes(pattern.attributes, text_of(a));
    }
    pattern.text = event.subject.text + ' ' + op.verb.text;
    for (std::size_t i = 0; i < pattern.attributes.size(); ++i) {
      pattern.text += (i == 0 ? " " : ", ") + pattern.attributes[i];
    }
    check_distinct(pattern, index, event);
    make_it_happen(event, *verb);
  }

  void check_new(const ast::Event& event) {
    for (const EventPattern& earlier : context_.out.events) {
      if (earlier.name != event.name.text) continue;
      return context_.error(event.name.at,
                            fmt::format("there is already an event '{}'", event.name.text),
                            fmt::format("it was declared on line {}", earlier.line));
    }
  }

  void check_distinct(const EventPattern& pattern, std::size_t index, const ast::Event& event) {
    for (std::size_t i = 0; i < index; ++i) {
      const EventPattern& earlier = context_.out.events[i];
      if (earlier.text != pattern.text) continue;
      context_.error(event.operation.at,
                     fmt::format("this is the same operation as the event '{}'", earlier.name),
                     "an event is the first operation that fits: two cannot be told apart");
    }
  }

  void make_it_happen(const ast::Event& event, const names::Verb& verb) {
    const ast::Operation& op = event.operation;
    if ((verb.uses & names::kInstruction) == 0) {
      if (op.window) {
        context_.error(op.window->at, "only what an actor does by itself has a window",
                       "an 'order' line says when this event happens");
      }
      return;
    }
    const bool told = std::any_of(instructions_.begin(), instructions_.end(),
                                  [&event](const TimedInstruction& t) {
                                    const auto& i = t.instruction;
                                    return does(i.actor, i.verb, i.object, i.attributes, event);
                                  });
    const auto& reactions = context_.out.script.reactions;
    const bool reacts =
        std::any_of(reactions.begin(), reactions.end(), [&event](const fakes::Reaction& r) {
          return does(r.actor, r.verb, r.object, r.attributes, event);
        });
    if (!told && !reacts) {
      instructions_.push_back({{event.subject.text, window_of(op), op.verb.text, object_of(op),
                                attribute_map(context_, op.attributes)},
                               op.window ? op.window->at : op.at});
    } else if (op.window) {
      context_.error(op.window->at, "another line already says when this happens");
    }
  }

  void check_settles(const ast::Scenario& scenario) {
    if (scenario.settles.empty()) return;
    const ast::Settles& settles = scenario.settles.front();
    for (const TimedInstruction& timed : instructions_) {
      if (timed.instruction.window.latest <= settles.within) continue;
      context_.error(timed.at, "this can come after the scenario has ended",
                     fmt::format("line {} says that all is over before", settles.at.line));
    }
  }

  CompileContext& context_;
  std::vector<TimedInstruction> instructions_;
};

}  // namespace

void compile_acts(CompileContext& context, const ast::Scenario& scenario) {
  ActsPass(context).run(scenario);
}

}  // namespace onhook
