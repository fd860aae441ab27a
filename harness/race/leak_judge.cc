// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/leak_judge.h"

#include <algorithm>
#include <cstring>

namespace onhook {
namespace {

constexpr std::uintptr_t kWord = sizeof(std::uintptr_t);
/// Of a lost block, kept for whoever gives it a name.
constexpr std::size_t kKeptBytes = 4096;

}  // namespace

/// The living blocks in order; false if there is none to judge.
bool LeakJudge::collect() {
  living_.clear();
  bool any = false;
  scene().each_block([&](std::uintptr_t begin, const Scene::BlockState& block) {
    if (block.is_freed) return;
    const bool judged = block.allocated.stack != kNoStack && !lost_in_set_up_.contains(begin);
    any |= judged;
    living_.push_back({begin, block.bytes, &block, judged});
  });
  std::ranges::sort(living_, {}, &Living::begin);
  return any;
}

LeakJudge::Living* LeakJudge::find(std::uintptr_t address) {
  const auto after = std::ranges::upper_bound(living_, address, {}, &Living::begin);
  if (after == living_.begin()) return nullptr;
  Living& block = *std::prev(after);
  return address - block.begin <= block.bytes ? &block : nullptr;
}

/// Notes what the words in there point to.
void LeakJudge::scan(std::uintptr_t begin, std::uintptr_t end) {
  for (std::uintptr_t at = (begin + kWord - 1) & ~(kWord - 1); at + kWord <= end; at += kWord) {
    std::uintptr_t word = 0;
    std::memcpy(&word, reinterpret_cast<const void*>(at), sizeof word);
    if (!scene().in_heap(word)) continue;
    Living* block = find(word);
    if (block == nullptr || block->reached) continue;
    block->reached = true;
    to_scan_.push_back(block);
  }
}

void LeakJudge::follow() {
  while (!to_scan_.empty()) {
    const Living* block = to_scan_.back();
    to_scan_.pop_back();
    scan(block->begin, block->begin + block->bytes);
  }
}

/// Those that no root and no other lost block reaches, in the order of their addresses.
std::vector<std::uintptr_t> LeakJudge::lost() {
  std::vector<std::uintptr_t> found;
  const WorldView* view = scene().view();
  if (view == nullptr || !collect()) return found;
  const std::vector<std::uintptr_t> notes = view->notes();
  for (Living& block : living_) {
    if (block.judged) continue;
    block.reached = true;
    if (!std::ranges::binary_search(notes, block.begin)) to_scan_.push_back(&block);
  }
  for (const MemorySpan& root : view->roots()) scan(root.begin, root.end);
  follow();
  // What is left is lost. Each one in turn reaches what it alone kept; of a ring the first is told.
  std::vector<Living*> left;
  for (Living& block : living_) {
    if (!block.reached) left.push_back(&block);
  }
  for (Living* block : left) {
    if (block->reached) continue;
    block->reached = true;
    to_scan_.push_back(block);
    follow();
    block->reached = false;
  }
  for (const Living* block : left) {
    if (!block->reached) found.push_back(block->begin);
  }
  return found;
}

void LeakJudge::tell(std::uintptr_t block) {
  Finding finding;
  finding.law = "FREE";
  finding.message = "a block is still there at the end, and nothing points to it any more";
  finding.object = block;
  finding.block = scene().block(block);
  const auto* bytes = reinterpret_cast<const unsigned char*>(block);
  finding.content.assign(bytes, bytes + std::min(finding.block->bytes, kKeptBytes));
  report(std::move(finding));
}

void LeakJudge::on_race_begins() {
  // What the set-up has lost is lost in every execution.
  for (const std::uintptr_t block : lost()) {
    tell(block);
    lost_in_set_up_.insert(block);
  }
}

void LeakJudge::on_execution_ends(End end) {
  if (end != End::quiescent && end != End::settled) return;
  for (const std::uintptr_t block : lost()) tell(block);
}

}  // namespace onhook
