// SPDX-License-Identifier: GPL-3.0-or-later
// Turns writes of the plugin's to chosen fields of its sessions into facts of the trace: "sip alice
// sets media.has_audio 1 -> 0". A session is recognised as a block of the structure's size.
//
// The instrumentation tells of a write before it happens, so a fact is recorded at the thread's
// next sign of life, and only when the value has changed.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/host/field_layout.h"

namespace onhook {

class FieldWatch {
 public:
  /// Watches blocks of layout.bytes that are allocated from now on. Once a world, in its memory.
  static void begin(FieldLayout layout);
  /// Null when nothing is watched.
  static FieldWatch* get() { return watch_; }

  void on_allocation(std::uintptr_t block, std::size_t bytes);
  /// A write to [address, address + bytes) is about to happen.
  void on_write(std::uintptr_t address, std::size_t bytes);
  /// Where `address` lies in the block that it belongs to, or nothing.
  std::optional<std::size_t> offset_of(std::uintptr_t address) const {
    for (int i = 0; i < block_count_; ++i) {
      if (address - blocks_[i] < layout_.bytes) return address - blocks_[i];
    }
    return std::nullopt;
  }
  /// The watched blocks in the order of their allocation; 0 when there are not so many.
  std::uintptr_t block(int index) const { return index < block_count_ ? blocks_[index] : 0; }
  /// The write announced last has happened by now.
  void flush() {
    if (pending_ != nullptr) [[unlikely]]
      record();
  }

 private:
  static constexpr int kMaxBlocks = 16;

  explicit FieldWatch(FieldLayout layout) : layout_(std::move(layout)) {}
  void record();

  static FieldWatch* watch_;
  FieldLayout layout_;
  std::uintptr_t blocks_[kMaxBlocks] = {};
  int block_count_ = 0;
  const Field* pending_ = nullptr;
  std::uintptr_t pending_address_ = 0;
  std::int64_t before_ = 0;
};

}  // namespace onhook
