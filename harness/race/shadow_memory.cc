// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/shadow_memory.h"

namespace onhook {

/// The word's slot, or the free one where it would be.
std::size_t ShadowMemory::slot_of(std::uintptr_t word) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = (word * 0x9e3779b97f4a7c15u >> 32) & mask;
  while (slots_[at].execution == execution_ && slots_[at].word != word) at = (at + 1) & mask;
  return at;
}

void ShadowMemory::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (Slot& slot : old) {
    if (slot.execution == execution_) slots_[slot_of(slot.word)] = std::move(slot);
  }
}

ShadowMemory::Cell& ShadowMemory::cell(std::uintptr_t word) {
  std::size_t at = slot_of(word);
  if (slots_[at].execution == execution_) return slots_[at].cell;
  if (++used_ * 2 > slots_.size()) {
    grow();
    at = slot_of(word);
  }
  Slot& slot = slots_[at];
  slot.word = word;
  slot.execution = execution_;
  const auto kept = kept_.find(word);
  if (kept != kept_.end()) {
    slot.cell = kept->second;
  } else {
    slot.cell.clear();
  }
  return slot.cell;
}

const ShadowMemory::Cell* ShadowMemory::find(std::uintptr_t word) const {
  const Slot& slot = slots_[slot_of(word)];
  if (slot.execution == execution_) return &slot.cell;
  const auto kept = kept_.find(word);
  return kept != kept_.end() ? &kept->second : nullptr;
}

void ShadowMemory::keep() {
  for (const Slot& slot : slots_) {
    if (slot.execution == execution_) kept_[slot.word] = slot.cell;
  }
  restore();
}

}  // namespace onhook
