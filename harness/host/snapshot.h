// SPDX-License-Identifier: GPL-3.0-or-later
// Restore in place: puts every page of the world back to what it was when the snapshot was taken.
//
// After take() all tracked pages are write-protected. The first write to a page saves a copy of it
// and lets the write go on; from then on the page is hot and copied back by every restore(). So the
// cost of a restore is that of the pages that executions touch, and no write can escape.
//
// A later state of the same world can be kept as well and restored like the first (SavedState).
//
// Tracked: the world's arena and the writable data of the plugin and the libraries below it. Not
// tracked: the harness itself, libc, libstdc++ (see ARCHITECTURE.md for what follows from that).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace onhook {

struct MemoryRange {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
};

/// What the hot pages held at some later moment. Its memory is kept for the next save().
class SavedState {
 public:
  SavedState() = default;
  ~SavedState();
  SavedState(SavedState&& other) noexcept;
  SavedState& operator=(SavedState&& other) noexcept;

 private:
  friend class Snapshot;
  char* copies_ = nullptr;
  std::size_t room_ = 0;   // pages
  std::size_t count_ = 0;  // the first so many hot pages; the later ones were as in the snapshot
};

class Snapshot {
 public:
  /// Ranges are page aligned, writable and disjoint.
  explicit Snapshot(std::vector<MemoryRange> ranges);
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  void take();
  void restore();

  /// Keeps what the world holds now.
  void save(SavedState& into) const;
  /// Brings back what the world held when `from` was saved.
  void restore(const SavedState& from);

  /// From the SIGSEGV handler: true if the fault was the first write to a tracked page, which may
  /// now go on. Async-signal-safe.
  bool on_write_fault(std::uintptr_t address);

  std::size_t hot_pages() const { return hot_count_; }
  std::size_t tracked_pages() const;

 private:
  struct Hot {
    std::uintptr_t page;
    char* copy;
  };

  std::vector<MemoryRange> ranges_;
  Hot* hot_ = nullptr;  ///< room for kMaxHot, mapped on demand
  char* copies_ = nullptr;
  std::size_t hot_count_ = 0;
  bool taken_ = false;
};

/// The writable data (without relocation read-only parts) of the shared object that contains
/// `symbol` and of every library it needs, libc, the loader and the C++ runtime apart.
std::vector<MemoryRange> writable_data_of(const void* symbol);

}  // namespace onhook
