// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/field_watch.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "fakes/vocabulary.h"
#include "harness/base/check.h"
#include "harness/base/strings.h"
#include "harness/sched/scheduler.h"

namespace onhook {
namespace {

std::int64_t value_at(std::uintptr_t address, std::size_t bytes) {
  std::int64_t value = 0;
  std::memcpy(&value, reinterpret_cast<const void*>(address), bytes);
  if (bytes == 4) value = static_cast<std::int32_t>(value);
  return value;
}

std::string name_of(const Field& field, std::int64_t value) {
  const auto it = field.enumerators.find(value);
  return it != field.enumerators.end() ? it->second : std::to_string(value);
}

}  // namespace

FieldWatch* FieldWatch::watch_ = nullptr;

void FieldWatch::begin(FieldLayout layout) {
  ONHOOK_CHECK(g_inside_world, "what is watched belongs to the world's memory");
  std::erase_if(layout.fields,
                [](const Field& f) { return f.bytes > 8 || !std::has_single_bit(f.bytes); });
  watch_ = new FieldWatch(std::move(layout));
}

void FieldWatch::on_allocation(std::uintptr_t block, std::size_t bytes) {
  if (bytes == layout_.bytes && block_count_ < kMaxBlocks) blocks_[block_count_++] = block;
}

void FieldWatch::on_write(std::uintptr_t address, std::size_t bytes) {
  flush();
  for (int i = 0; i < block_count_; ++i) {
    if (address - blocks_[i] >= layout_.bytes) continue;
    for (const Field& field : layout_.fields) {
      if (blocks_[i] + field.offset != address || field.bytes != bytes) continue;
      pending_ = &field;
      pending_address_ = address;
      before_ = value_at(address, bytes);
    }
  }
}

void FieldWatch::record() {
  const Field& field = *std::exchange(pending_, nullptr);
  const std::int64_t after = value_at(pending_address_, field.bytes);
  if (after == before_) return;
  Scheduler* scheduler = current_scheduler();
  StringId verb = 0;
  StringId detail = 0;
  {
    HarnessScope harness;
    verb = intern(fakes::verb::kSets);
    detail = intern(
        fmt::format("{} {} -> {}", field.name, name_of(field, before_), name_of(field, after)));
  }
  scheduler->note(0, verb, detail);
}

}  // namespace onhook
