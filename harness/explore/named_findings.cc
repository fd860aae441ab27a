// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/named_findings.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>

#include "harness/host/source_lines.h"
#include "harness/host/world_memory.h"

namespace onhook {
namespace {

constexpr std::size_t kKeyFrames = 2;  // of each stack

/// Among the facts, the last that is not later than the deed.
std::size_t fact_of(std::uint32_t step, const Trace& trace) {
  std::size_t fact = 0;
  for (std::size_t i = 0; i < trace.facts.size(); ++i) {
    if (trace.facts[i].step <= step) fact = i;
  }
  return fact;
}

/// Where an address is in a block, or outside of it.
std::string place_in(const Block& block, std::uintptr_t address) {
  const auto plural = [](std::size_t n) { return n == 1 ? "" : "s"; };
  if (address < block.begin) {
    const std::size_t before = block.begin - address;
    return fmt::format("{} byte{} before its {}", before, plural(before), block.bytes);
  }
  const std::size_t offset = address - block.begin;
  if (offset < block.bytes) return fmt::format("byte {} of {}", offset, block.bytes);
  if (offset == block.bytes) {
    return fmt::format("right behind its {} byte{}", block.bytes, plural(block.bytes));
  }
  const std::size_t behind = offset - block.bytes;
  return fmt::format("{} byte{} behind its {}", behind, plural(behind), block.bytes);
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
  if (deed.lock != kNoObject) out.at.what += " " + lock_name(deed.lock);
  out.at.step = deed.step;
  out.at.time = deed.time;
  out.at.stack = named(deed.stack);
  for (const ObjectId lock : deed.locks) out.locks.push_back(lock_name(lock));
  return out;
}

const HeapTypes& NamedFindings::types(const std::vector<std::uintptr_t>& somewhere) {
  if (types_) return *types_;
  for (const std::uintptr_t pc : somewhere) {
    Dl_info info{};
    if (map_.function_at(pc - 1).empty()) continue;
    if (::dladdr(reinterpret_cast<const void*>(pc), &info) == 0) continue;
    return types_.emplace(info.dli_fname);
  }
  static const HeapTypes none{""};
  return none;
}

NamedFindings::Object NamedFindings::object_in(const Block& block, const Finding& finding) {
  const std::size_t offset = finding.object - block.begin;
  std::vector<std::string> functions;
  const auto add_functions = [&](const Deed& deed) {
    for (const StackFrame& frame : named(deed.stack)) functions.push_back(frame.function);
  };
  for (const Deed& deed : finding.deeds) add_functions(deed);
  add_functions(block.allocated);
  const std::string place = place_in(block, finding.object);
  for (const Deed& deed : finding.deeds) {
    const HeapTypes& known = types(deed.stack);
    const std::string type = known.type_of(block.bytes, functions);
    const std::string member = known.member_at(type, offset);
    if (member.empty()) continue;
    // "janus_sip_session" is called a session.
    const std::string whole = type.substr(type.rfind('_') + 1);
    return {fmt::format("{}->{}", whole, member), fmt::format("{}, {}", type, place)};
  }
  const std::string maker = innermost(block.allocated);
  if (maker.empty()) return {"a block of the heap", place};
  return {"block of " + maker, place};
}

/// One that is about all of it: it was lost.
NamedFindings::Object NamedFindings::whole_block(const Block& block, const Finding& finding) {
  std::vector<std::string> functions;
  for (const StackFrame& frame : named(block.allocated.stack)) functions.push_back(frame.function);
  const HeapTypes& known = types(block.allocated.stack);
  const std::string type = known.type_of(block.bytes, functions);
  const std::string size = fmt::format("{} byte{}", block.bytes, block.bytes == 1 ? "" : "s");
  const std::string maker = innermost(block.allocated);
  if (type.empty()) return {maker.empty() ? "a block of the heap" : "block of " + maker, size};
  const std::string references = known.references_of(type, finding.content);
  return {fmt::format("{} of {}", type, maker),
          references.empty() ? size : fmt::format("{}, {}", size, references)};
}

NamedFindings::Object NamedFindings::object_of(const Finding& finding) {
  if (!finding.thing.empty()) return {finding.thing, finding.thing_detail};
  if (finding.object == 0) return {};
  if (finding.block && finding.deeds.empty()) return whole_block(*finding.block, finding);
  if (finding.block) return object_in(*finding.block, finding);
  if (const std::string_view name = map_.variable_at(finding.object); !name.empty()) {
    return {std::string(name), "global"};
  }
  const auto* address = reinterpret_cast<const void*>(finding.object);
  if (WorldMemory::contains(address) && !WorldMemory::in_heap(address)) {
    return {"a thread's stack", ""};
  }
  return {};
}

std::string NamedFindings::innermost(const Deed& deed) const {
  for (const std::uintptr_t pc : deed.stack) {
    const std::string_view function = map_.function_at(pc - 1);
    if (!function.empty()) return std::string(function);
  }
  return {};
}

/// What led to it: of a lost block, that it was made.
std::vector<const Deed*> NamedFindings::causes(const Finding& finding) {
  std::vector<const Deed*> deeds;
  for (const Deed& deed : finding.deeds) deeds.push_back(&deed);
  if (deeds.empty() && finding.block) deeds.push_back(&finding.block->allocated);
  return deeds;
}

std::vector<std::string> NamedFindings::innermost_of(const Finding& finding) {
  std::vector<std::string> functions;
  for (const Deed* deed : causes(finding)) functions.push_back(innermost(*deed));
  return functions;
}

std::string NamedFindings::cause_of(const Finding& finding) {
  const std::string law = finding.law + (finding.is_end ? " deadlock" : "");
  return cause_text(law, innermost_of(finding), object_of(finding).name);
}

void NamedFindings::set_suppressions(std::vector<Suppression> suppressions) {
  suppressions_ = std::move(suppressions);
  suppressed_.assign(suppressions_.size(), 0);
}

bool NamedFindings::is_suppressed(const Finding& finding) {
  return onhook::is_suppressed(suppressions_, finding.law, innermost_of(finding),
                               object_of(finding).name, suppressed_);
}

const NamedFindings::Known& NamedFindings::look_up(const Finding& finding) {
  std::vector<std::uintptr_t> key = {std::hash<std::string>()(finding.law), finding.object,
                                     finding.is_end ? 1u : 0u};
  for (const Deed* deed : causes(finding)) {
    for (std::size_t i = 0; i < std::min(kKeyFrames, deed->stack.size()); ++i) {
      key.push_back(deed->stack[i]);
    }
    key.push_back(0);
  }
  const auto [it, fresh] = known_.try_emplace(std::move(key));
  if (fresh) {
    it->second.cause = cause_of(finding);
    it->second.wanted = std::ranges::find(scenario_.without, finding.law, &Without::law) ==
                            scenario_.without.end() &&
                        !is_suppressed(finding);
  }
  return it->second;
}

Violation NamedFindings::violation_of(const Finding& finding, const std::string& cause,
                                      const Trace& trace) {
  Violation violation{finding.law, finding.message, 0, {}};
  Judgement judgement;
  judgement.cause = cause;
  judgement.is_end = finding.is_end;
  const Object object = object_of(finding);
  judgement.object = object.name;
  if (!object.detail.empty()) judgement.object += " (" + object.detail + ")";
  for (const Deed& deed : finding.deeds) judgement.deeds.push_back(named(deed));
  if (finding.block) {
    judgement.allocated = named(finding.block->allocated);
    if (finding.block->freed) judgement.freed = named(*finding.block->freed);
  }
  violation.fact = finding.deeds.empty() ? std::max<std::size_t>(trace.facts.size(), 1) - 1
                                         : fact_of(finding.deeds.back().step, trace);
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
