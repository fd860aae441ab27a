// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/race_judge.h"

#include <algorithm>
#include <bit>

namespace onhook {
namespace {

constexpr std::uintptr_t kWord = 8;

bool conflict(const ShadowRecord& a, const ShadowRecord& b) {
  return (a.bytes & b.bytes) != 0 && (a.write || b.write) && !(a.atomic && b.atomic);
}

/// Whatever would race with `old` and comes after `next`, which comes after `old`, would race with
/// `next` as well.
bool supersedes(const ShadowRecord& next, const ShadowRecord& old) {
  return (old.bytes & ~next.bytes) == 0 && (next.write || !old.write) &&
         (!next.atomic || old.atomic);
}

std::uint64_t pair_of(std::uintptr_t a, std::uintptr_t b) {
  const auto low = std::min(a, b);
  const auto high = std::max(a, b);
  return low * 0x9e3779b97f4a7c15u ^ high;
}

}  // namespace

void RaceJudge::on_race_begins() {
  order_.keep();
  shadow_.keep();
  stacks_at_race_ = stacks_;
}

void RaceJudge::on_execution_begins() {
  order_.restore();
  shadow_.restore();
  stacks_ = stacks_at_race_;
  accused_.clear();
}

void RaceJudge::on_spawn(const Thread* parent, const Thread& child) {
  order_.on_spawn(parent, child);
  const auto begin = reinterpret_cast<std::uintptr_t>(child.stack);
  const auto known = std::ranges::find(stacks_, begin, &StackUse::begin);
  if (known != stacks_.end()) {
    ++known->uses;
  } else {
    stacks_.push_back({begin, begin + child.stack_bytes, 1});
  }
  stacks_begin_ = std::min(stacks_begin_, begin);
  stacks_end_ = std::max(stacks_end_, begin + child.stack_bytes);
}

void RaceJudge::on_step(const Thread& thread, const Operation& op, Wake) {
  if (op.kind == OpKind::thread_exit) order_.on_exit(thread);
  if (op.kind == OpKind::thread_join) order_.on_join(thread, op.object);
}

/// Which use of a stack an address belongs to, above all addresses; 0: none.
std::uintptr_t RaceJudge::use_of_stack(std::uintptr_t address) const {
  if (address < stacks_begin_ || address >= stacks_end_) return 0;
  for (const StackUse& use : stacks_) {
    if (address >= use.begin && address < use.end) {
      return static_cast<std::uintptr_t>(use.uses) << 48;
    }
  }
  return 0;
}

void RaceJudge::touch(std::uintptr_t address, std::size_t bytes, const ShadowRecord& record) {
  const std::uintptr_t use = use_of_stack(address);
  ShadowRecord part = record;
  while (bytes > 0) {
    const std::uintptr_t first = address % kWord;
    const std::size_t n = std::min<std::size_t>(bytes, kWord - first);
    part.bytes = static_cast<std::uint8_t>(((1u << n) - 1) << first);
    touch_word(shadow_.cell(use | address / kWord), address / kWord, part);
    address += n;
    bytes -= n;
  }
}

void RaceJudge::touch_word(ShadowMemory::Cell& cell, std::uintptr_t word,
                           const ShadowRecord& record) {
  const ThreadId me = record.moment.thread;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const ShadowRecord& old = cell[i];
    const bool ordered = order_.comes_after(me, old.moment.thread, old.clock);
    if (!ordered && conflict(old, record)) accuse(old, record, word);
    if (ordered && supersedes(record, old)) continue;
    if (kept != i) cell[kept] = old;
    ++kept;
  }
  cell.resize(kept);
  cell.push_back(record);
}

void RaceJudge::on_access(const Thread& thread, const PlainAccess& access) {
  ShadowRecord record;
  record.clock = order_.time_of(thread.id);
  record.write = access.access == Access::write;
  record.moment = scene().moment(thread, access.pc);
  touch(access.address, access.bytes, record);
}

void RaceJudge::on_atomic(const Thread& thread, const AtomicAccess& access) {
  // First what it learns, then the access: what it hands on includes the access itself.
  ShadowRecord record;
  record.clock = order_.time_of(thread.id);
  record.write = access.kind != AtomicKind::load;
  record.atomic = true;
  record.moment = scene().moment(thread, access.pc);
  order_.on_atomic(thread, access);
  touch(access.address, access.bytes, record);
}

void RaceJudge::on_free(const Thread* thread, std::uintptr_t block, std::size_t bytes) {
  if (thread == nullptr) return;
  ShadowRecord record;
  record.clock = order_.time_of(thread->id);
  record.write = true;
  record.frees = true;
  record.moment = scene().moment(*thread, thread->call_pc());
  record.bytes = 0xff;
  for (std::uintptr_t word = block / kWord; word * kWord < block + bytes; ++word) {
    // Nobody else can touch it rightfully: nothing has to be remembered of the free itself, except
    // where somebody was before.
    if (shadow_.find(word) != nullptr) touch_word(shadow_.cell(word), word, record);
  }
}

Deed RaceJudge::deed_of(const ShadowRecord& record, std::uintptr_t word) {
  const auto first = static_cast<std::uint32_t>(std::countr_zero(record.bytes));
  const auto count = static_cast<std::uint32_t>(std::popcount(record.bytes));
  std::string what = record.write ? "writes " : "reads ";
  what += std::to_string(count) + (count == 1 ? " byte" : " bytes");
  if (record.atomic) what += " atomically";
  if (record.frees) what = "frees it";
  return scene().deed(std::move(what), record.moment, word * kWord + first, count);
}

void RaceJudge::accuse(const ShadowRecord& earlier, const ShadowRecord& later,
                       std::uintptr_t word) {
  if (!accused_.insert(pair_of(earlier.moment.pc, later.moment.pc)).second) {
    on_race(earlier, later, word, false);
    return;
  }
  const auto common = static_cast<std::uint8_t>(earlier.bytes & later.bytes);
  Finding finding;
  finding.law = "RACE";
  finding.message = "two threads touch the same memory, and nothing orders them";
  finding.object = word * kWord + static_cast<std::uintptr_t>(std::countr_zero(common));
  finding.deeds = {deed_of(earlier, word), deed_of(later, word)};
  finding.block = scene().block(finding.object);
  report(std::move(finding));
  on_race(earlier, later, word, true);
}

}  // namespace onhook
