// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/named_findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/host/source_lines.h"
#include "harness/host/world_memory.h"

namespace onhook {
namespace {

constexpr std::size_t kCauseFrames = 2;  ///< of each stack

/// Among the facts, the last that is not later than the deed.
std::size_t fact_of(std::uint32_t step, const Trace& trace) {
  std::size_t fact = 0;
  for (std::size_t i = 0; i < trace.facts.size(); ++i) {
    if (trace.facts[i].step <= step) fact = i;
  }
  return fact;
}

}  // namespace

std::vector<StackFrame> NamedFindings::named(const std::vector<std::uintptr_t>& stack) const {
  std::vector<StackFrame> frames;
  for (const std::uintptr_t pc : stack) {
    // Outside of the code under test: the library or the fake that called it.
    const std::string_view function = map_.function_at(pc - 1);
    if (!function.empty()) frames.push_back({std::string(function), source_line(pc - 1)});
  }
  return frames;
}

std::string NamedFindings::lock_name(ObjectId lock) const {
  const std::string_view name = map_.variable_at(lock);
  return name.empty() ? fmt::format("the lock at {:#x}", lock) : std::string(name);
}

JudgedDeed NamedFindings::named(const Deed& deed) const {
  JudgedDeed out;
  out.at.thread = deed.thread_name;
  out.at.what = deed.what;
  out.at.step = deed.step;
  out.at.time = deed.time;
  out.at.stack = named(deed.stack);
  for (const ObjectId lock : deed.locks) out.locks.push_back(lock_name(lock));
  return out;
}

std::string NamedFindings::object_of(const Finding& finding) const {
  if (finding.object == 0) return {};
  if (const std::string_view name = map_.variable_at(finding.object); !name.empty()) {
    return std::string(name);
  }
  if (finding.block) {
    return fmt::format("byte {} of a block of {} bytes", finding.object - finding.block->begin,
                       finding.block->bytes);
  }
  const auto* address = reinterpret_cast<const void*>(finding.object);
  if (WorldMemory::contains(address) && !WorldMemory::in_heap(address)) return "a thread's stack";
  return {};
}

std::string NamedFindings::cause_of(const Finding& finding) const {
  std::vector<std::string> deeds;
  for (const Deed& deed : finding.deeds) {
    std::string functions;
    std::size_t n = 0;
    for (const StackFrame& frame : named(deed.stack)) {
      if (n++ == kCauseFrames) break;
      functions += (functions.empty() ? "" : "<") + frame.function;
    }
    deeds.push_back(std::move(functions));
  }
  std::ranges::sort(deeds);  // whichever came first
  std::string cause = finding.law;
  for (const std::string& deed : deeds) cause += " " + deed;
  return cause + " on " + object_of(finding);
}

const NamedFindings::Known& NamedFindings::look_up(const Finding& finding) {
  std::vector<std::uintptr_t> key = {std::hash<std::string>()(finding.law), finding.object};
  for (const Deed& deed : finding.deeds) {
    for (std::size_t i = 0; i < std::min(kCauseFrames, deed.stack.size()); ++i) {
      key.push_back(deed.stack[i]);
    }
    key.push_back(0);
  }
  const auto [it, fresh] = known_.try_emplace(std::move(key));
  if (fresh) {
    it->second.cause = cause_of(finding);
    it->second.wanted = std::ranges::find(scenario_.without, finding.law, &Without::law) ==
                        scenario_.without.end();
  }
  return it->second;
}

Violation NamedFindings::violation_of(const Finding& finding, const std::string& cause,
                                      const Trace& trace) const {
  Violation violation{finding.law, finding.message, 0, {}};
  Judgement judgement;
  judgement.cause = cause;
  judgement.object = object_of(finding);
  for (const Deed& deed : finding.deeds) judgement.deeds.push_back(named(deed));
  if (finding.block) {
    judgement.allocated = named(finding.block->allocated);
    if (finding.block->freed) judgement.freed = named(*finding.block->freed);
  }
  if (!finding.deeds.empty()) violation.fact = fact_of(finding.deeds.back().step, trace);
  violation.judgement = std::move(judgement);
  return violation;
}

std::vector<Violation> NamedFindings::violations(const std::vector<Finding>& findings,
                                                 const Trace& trace) {
  std::vector<Violation> violations;
  for (const Finding& finding : findings) {
    const Known& known = look_up(finding);
    const auto same = [&](const Violation& v) { return v.judgement->cause == known.cause; };
    if (!known.wanted || std::ranges::any_of(violations, same)) continue;
    violations.push_back(violation_of(finding, known.cause, trace));
  }
  return violations;
}

}  // namespace onhook
