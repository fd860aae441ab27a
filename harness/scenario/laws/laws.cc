// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/laws/laws.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/scenario/laws/all.h"

namespace onhook {
namespace laws {
namespace {

constexpr std::array kKindsOfLaws = {LawKind{"PC-CLOSE", make_pc_close},
                                     LawKind{"HANGUP-ONCE", make_hangup_once},
                                     LawKind{"QUIESCENT", make_quiescent},
                                     LawKind{"CALLABLE", make_callable},
                                     LawKind{"BYE", make_bye},
                                     LawKind{"RIGHT-CALL", make_right_call},
                                     LawKind{"ONE-RELAY", make_one_relay},
                                     LawKind{"REPLY", make_reply},
                                     LawKind{"DANGLING", make_dangling}};

}  // namespace

std::span<const LawKind> kinds() { return kKindsOfLaws; }

std::string name_of_call(int handle) { return fmt::format("the call of handle {}", handle); }

}  // namespace laws

using laws::Kind;

GeneralLaws::GeneralLaws(const CompiledScenario& scenario)
    : story_(scenario), by_kind_(laws::kKinds) {
  if (scenario.program) return;
  for (const laws::LawKind& kind : laws::kinds()) {
    const auto is_it = [&](const Without& without) { return without.law == kind.name; };
    if (std::ranges::any_of(scenario.without, is_it)) continue;
    laws_.push_back({kind.name, kind.make()});
  }
  for (Law& law : laws_) {
    for (std::size_t kind = 0; kind < laws::kKinds; ++kind) {
      if ((law.monitor->kinds() & laws::bit(static_cast<Kind>(kind))) != 0) {
        by_kind_[kind].push_back(&law);
      }
    }
  }
}

void GeneralLaws::collect(std::size_t fact, std::vector<LawViolation>& into) {
  for (Law& law : laws_) {
    if (law.told || !law.monitor->is_broken()) continue;
    law.told = true;
    into.push_back({std::string(law.name), law.monitor->message(), fact});
  }
}

std::vector<LawViolation> GeneralLaws::judge(const Trace& trace) {
  std::vector<LawViolation> violations;
  if (laws_.empty() || trace.facts.empty()) return violations;
  story_.begin(trace);
  for (Law& law : laws_) {
    law.told = false;
    law.monitor->forget();
    law.monitor->begin(story_);
  }
  TimeNs last_deed = 0;
  bool observed = false;
  for (std::size_t i = 0; i < trace.facts.size(); ++i) {
    const laws::Deed deed = story_.tell(i);
    if (deed.kind == Kind::observed) {
      observed = true;
    } else if (!observed) {
      last_deed = deed.time;
    }
    const std::vector<Law*>& interested = by_kind_[static_cast<std::size_t>(deed.kind)];
    if (interested.empty()) continue;
    for (Law* law : interested) {
      if (!law->told) law->monitor->on_deed(deed, story_);
    }
    collect(i, violations);
  }
  if (!observed || trace.facts.back().time - last_deed <= laws::kQuiet) return violations;
  for (Law& law : laws_) {
    if (!law.told) law.monitor->at_rest(story_);
  }
  collect(trace.facts.size() - 1, violations);
  return violations;
}

}  // namespace onhook
