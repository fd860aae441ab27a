// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/monitors.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "harness/base/check.h"
#include "harness/base/strings.h"

namespace onhook {
namespace {

using Reading = Observable::Reading;

template <typename T>
bool compare(const T& value, Comparator comparator, const T& literal) {
  switch (comparator) {
    case Comparator::equal:
      return value == literal;
    case Comparator::not_equal:
      return value != literal;
    case Comparator::less:
      return value < literal;
    case Comparator::less_equal:
      return value <= literal;
    case Comparator::greater:
      return value > literal;
    case Comparator::greater_equal:
      return value >= literal;
  }
  return false;
}

bool same(const Subject& a, const Subject& b) { return a.kind == b.kind && a.name == b.name; }

bool same(const Observable& a, const Observable& b) {
  return a.reading == b.reading && a.verb == b.verb && a.opposite_verb == b.opposite_verb &&
         a.attributes == b.attributes && same(a.subject, b.subject);
}

}  // namespace

Monitors::Monitors(const CompiledScenario& scenario) {
  for (const LawSpec& spec : scenario.laws) {
    Law law{spec.quantifier, spec.condition.join, {}, spec.text};
    for (const Predicate& c : spec.condition.comparisons) {
      const std::size_t slot = slot_of(c.observable);
      law.tests.push_back({slot, c.comparator, c.literal});
      if (spec.quantifier != Quantifier::finally) slots_[slot].laws.push_back(laws_.size());
    }
    laws_.push_back(std::move(law));
  }
}

std::size_t Monitors::slot_of(const Observable& observable) {
  const auto known = std::find_if(slots_.begin(), slots_.end(), [&observable](const Slot& s) {
    return same(s.observable, observable);
  });
  if (known != slots_.end()) return static_cast<std::size_t>(known - slots_.begin());
  Slot slot;
  slot.observable = observable;
  slot.verb = intern(observable.verb);
  slot.opposite_verb = intern(observable.opposite_verb);
  if (observable.subject.kind == SubjectKind::actor) slot.actor = intern(observable.subject.name);
  slots_.push_back(std::move(slot));
  return slots_.size() - 1;
}

void Monitors::reset(const Trace& trace) {
  for (Law& law : laws_) {
    law.broken = false;
    law.dirty = true;
  }
  for (Slot& slot : slots_) {
    slot.count = 0;
    slot.truth = false;
    slot.last = 0;
    // What is counted is 0 before it happens; what is named has no value.
    slot.has_value = slot.observable.reading == Reading::happened ||
                     slot.observable.reading == Reading::count ||
                     slot.observable.reading == Reading::balance;
    if (slot.observable.subject.kind != SubjectKind::thread_role) continue;
    slot.lanes.clear();
    for (const Lane& lane : trace.lanes) {
      slot.lanes.push_back(matches(slot.observable.subject, lane, "") ? 1 : 0);
    }
  }
}

bool Monitors::is_subject(const Slot& slot, const Fact& fact) {
  if (slot.observable.subject.kind == SubjectKind::actor) return fact.actor == slot.actor;
  return fact.thread < slot.lanes.size() && slot.lanes[fact.thread] != 0;
}

bool Monitors::matches_detail(Slot& slot, StringId detail) {
  if (slot.observable.attributes.empty()) return true;
  if (detail >= slot.details.size()) slot.details.resize(detail + 1, -1);
  signed char& known = slot.details[detail];
  if (known < 0) {
    const std::string_view text = text_of(detail);
    const std::string& first = slot.observable.attributes.front();
    const bool fits = slot.observable.reading == Reading::keyed
                          ? text.starts_with(first) && text.substr(first.size()).starts_with(' ')
                          : has_attributes(text, slot.observable.attributes);
    known = fits ? 1 : 0;
  }
  return known == 1;
}

void Monitors::update(Slot& slot, const Fact& fact) {
  const bool opposite = fact.verb == slot.opposite_verb && slot.opposite_verb != 0;
  slot.count += opposite ? -1 : 1;
  slot.truth = !opposite;
  slot.has_value = true;
  slot.last = fact.detail;
}

std::string_view Monitors::text_value(const Slot& slot) {
  const std::string_view detail = text_of(slot.last);
  if (slot.observable.reading == Reading::state) {
    const std::size_t arrow = detail.rfind(" -> ");
    return arrow == detail.npos ? detail : detail.substr(arrow + 4);
  }
  if (slot.observable.reading == Reading::keyed) {
    return detail.substr(slot.observable.attributes.front().size() + 1);
  }
  return detail;
}

bool Monitors::holds(const Slot& slot, const Test& test) {
  if (!slot.has_value) return test.comparator == Comparator::not_equal;
  switch (slot.observable.type) {
    case ValueType::boolean:
      return compare(slot.truth, test.comparator, std::get<bool>(test.literal));
    case ValueType::integer:
      return compare(slot.count, test.comparator, std::get<std::int64_t>(test.literal));
    case ValueType::text:
      return compare(text_value(slot), test.comparator,
                     std::string_view(std::get<std::string>(test.literal)));
  }
  return false;
}

bool Monitors::holds(const Law& law) const {
  const auto true_in_trace = [this](const Test& test) { return holds(slots_[test.slot], test); };
  return law.join == Condition::Join::all_of
             ? std::all_of(law.tests.begin(), law.tests.end(), true_in_trace)
             : std::any_of(law.tests.begin(), law.tests.end(), true_in_trace);
}

void Monitors::evaluate(Law& law, std::size_t fact, std::vector<LawViolation>& violations) {
  law.dirty = false;
  if (law.broken || holds(law) == (law.quantifier != Quantifier::never)) return;
  law.broken = true;
  violations.push_back({law.text, describe(law), fact});
}

std::string Monitors::describe(const Law& law) const {
  std::string out;
  for (const Test& test : law.tests) {
    const Slot& slot = slots_[test.slot];
    if (!out.empty()) out += "; ";
    out += slot.observable.text;
    if (!slot.has_value) {
      out += fmt::format(" has no value: nothing '{}' happened", slot.observable.verb);
    } else if (slot.observable.type == ValueType::boolean) {
      out += slot.truth ? " is true" : " is false";
    } else if (slot.observable.type == ValueType::integer) {
      out += fmt::format(" is {}", slot.count);
    } else {
      out += fmt::format(" is \"{}\"", text_value(slot));
    }
  }
  return out;
}

std::vector<LawViolation> Monitors::judge(const Trace& trace, Extent extent) {
  std::vector<LawViolation> violations;
  reset(trace);
  for (std::size_t i = 0; i < trace.facts.size(); ++i) {
    const Fact& fact = trace.facts[i];
    bool changed = i == 0;
    for (Slot& slot : slots_) {
      const bool verb_fits =
          fact.verb == slot.verb || (slot.opposite_verb != 0 && fact.verb == slot.opposite_verb);
      if (!verb_fits || !is_subject(slot, fact) || !matches_detail(slot, fact.detail)) continue;
      update(slot, fact);
      ONHOOK_CHECK(slot.observable.reading != Reading::balance || slot.count >= 0,
                   "a trace tells the end of something whose beginning it does not hold");
      for (std::size_t law : slot.laws) laws_[law].dirty = changed = true;
    }
    if (!changed) continue;
    for (Law& law : laws_) {
      if (law.dirty && law.quantifier != Quantifier::finally) evaluate(law, i, violations);
    }
  }
  const std::size_t last = trace.facts.empty() ? 0 : trace.facts.size() - 1;
  for (Law& law : laws_) {
    if (law.quantifier == Quantifier::finally && extent == Extent::whole)
      evaluate(law, last, violations);
  }
  return violations;
}

std::vector<LawViolation> judge(const CompiledScenario& scenario, const Trace& trace) {
  return Monitors(scenario).judge(trace);
}

}  // namespace onhook
