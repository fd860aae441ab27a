// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/snapshot.h"

#include <sys/mman.h>

#include <cstring>
#include <utility>

#include "harness/base/check.h"

namespace onhook {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kMaxHot = 60'000;  // below the kernel's usual limit of mappings

void* map_on_demand(std::size_t bytes) {
  void* p = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ONHOOK_CHECK(p != MAP_FAILED, "no address space for the snapshot");
  return p;
}

}  // namespace

Snapshot::Snapshot(std::vector<MemoryRange> ranges)
    : ranges_(std::move(ranges)),
      hot_(static_cast<Hot*>(map_on_demand(kMaxHot * sizeof(Hot)))),
      copies_(static_cast<char*>(map_on_demand(kMaxHot * kPage))) {
  for (const MemoryRange& r : ranges_) {
    ONHOOK_CHECK(r.begin % kPage == 0 && r.end % kPage == 0 && r.begin < r.end, "unaligned range");
  }
}

Snapshot::~Snapshot() {
  for (const MemoryRange& r : ranges_) {
    if (taken_)
      ::mprotect(reinterpret_cast<void*>(r.begin), r.end - r.begin, PROT_READ | PROT_WRITE);
  }
  ::munmap(hot_, kMaxHot * sizeof(Hot));
  ::munmap(copies_, kMaxHot * kPage);
}

void Snapshot::take() {
  ONHOOK_CHECK(!taken_, "a snapshot is taken once");
  taken_ = true;
  for (const MemoryRange& r : ranges_) {
    const int failed = ::mprotect(reinterpret_cast<void*>(r.begin), r.end - r.begin, PROT_READ);
    ONHOOK_CHECK(failed == 0, "cannot protect the world's memory");
  }
}

bool Snapshot::on_write_fault(std::uintptr_t address) {
  if (!taken_) return false;
  const std::uintptr_t page = address & ~(kPage - 1);
  for (const MemoryRange& r : ranges_) {
    if (page < r.begin || page >= r.end) continue;
    for (std::size_t i = 0; i < hot_count_; ++i) {
      if (hot_[i].page == page) return false;  // writable already: a fault of another kind
    }
    if (hot_count_ == kMaxHot) return false;
    char* copy = copies_ + hot_count_ * kPage;
    std::memcpy(copy, reinterpret_cast<const void*>(page), kPage);
    if (::mprotect(reinterpret_cast<void*>(page), kPage, PROT_READ | PROT_WRITE) != 0) return false;
    hot_[hot_count_++] = {page, copy};
    return true;
  }
  return false;
}

void Snapshot::restore() {
  for (std::size_t i = 0; i < hot_count_; ++i) {
    std::memcpy(reinterpret_cast<void*>(hot_[i].page), hot_[i].copy, kPage);
  }
}

void Snapshot::save(SavedState& into) const {
  if (into.room_ < hot_count_) {
    if (into.copies_ != nullptr) ::munmap(into.copies_, into.room_ * kPage);
    into.room_ = hot_count_ + hot_count_ / 4;
    into.copies_ = static_cast<char*>(map_on_demand(into.room_ * kPage));
  }
  into.count_ = hot_count_;
  for (std::size_t i = 0; i < hot_count_; ++i) {
    std::memcpy(into.copies_ + i * kPage, reinterpret_cast<const void*>(hot_[i].page), kPage);
  }
}

void Snapshot::restore(const SavedState& from) {
  for (std::size_t i = 0; i < hot_count_; ++i) {
    const char* copy = i < from.count_ ? from.copies_ + i * kPage : hot_[i].copy;
    std::memcpy(reinterpret_cast<void*>(hot_[i].page), copy, kPage);
  }
}

SavedState::~SavedState() {
  if (copies_ != nullptr) ::munmap(copies_, room_ * kPage);
}

SavedState::SavedState(SavedState&& other) noexcept
    : copies_(std::exchange(other.copies_, nullptr)),
      room_(std::exchange(other.room_, 0)),
      count_(std::exchange(other.count_, 0)) {}

SavedState& SavedState::operator=(SavedState&& other) noexcept {
  std::swap(copies_, other.copies_);
  std::swap(room_, other.room_);
  std::swap(count_, other.count_);
  return *this;
}

std::size_t Snapshot::tracked_pages() const {
  std::size_t pages = 0;
  for (const MemoryRange& r : ranges_) pages += (r.end - r.begin) / kPage;
  return pages;
}

}  // namespace onhook
