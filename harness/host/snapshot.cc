// SPDX-License-Identifier: GPL-3.0-or-later
// Hot pages freeze again. Searches that begin at inner states write only what the ends of
// executions write; a page that a row of executions has left alone is protected once more, and is
// not copied until a write thaws it. What a frozen page holds is known by a version: equal
// versions, equal bytes.
#include "harness/host/snapshot.h"

#include <sys/mman.h>

#include <cstring>
#include <utility>

#include "harness/base/check.h"

namespace onhook {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kMaxHot = 60'000;  // below the kernel's usual limit of mappings

// A write to a frozen page costs what copying it some fifty times does, so it has to have been left
// alone for longer than that, and for twice as long each time that it was a mistake.
constexpr std::uint32_t kSurveyEvery = 8;  // restores
constexpr std::uint32_t kCleanSurveys = 12;
constexpr std::uint8_t kMaxThaws = 8;

constexpr std::uint64_t kFirstVersion = 0;  // of pages that are as in the snapshot

/// What is known of a hot page.
struct Watch {
  std::uint64_t version;  // while it is frozen
  std::uint16_t clean;    // surveys in a row that found it untouched
  std::uint8_t thaws;
  bool frozen;
};

/// Kept behind the table of hot pages, in the same mapping: a signal handler needs it.
struct Watches {
  std::uint64_t versions;
  std::uint32_t restores;
  Watch of[kMaxHot];
};

template <typename Hot>
Watches& watches_behind(Hot* hot) {
  return *reinterpret_cast<Watches*>(hot + kMaxHot);
}

bool protect(std::uintptr_t page, int protection) {
  return ::mprotect(reinterpret_cast<void*>(page), kPage, protection) == 0;
}

void bring_back(std::uintptr_t address, Watch& watch, const char* copy, std::uint64_t version,
                bool survey) {
  if (watch.frozen && watch.version == version) return;
  auto* page = reinterpret_cast<void*>(address);
  if ((watch.frozen || survey) && std::memcmp(page, copy, kPage) == 0) {
    watch.version = version;
    if (!watch.frozen && ++watch.clean >= kCleanSurveys << watch.thaws) {
      watch.frozen = protect(address, PROT_READ);
    }
    return;
  }
  if (survey) watch.clean = 0;
  if (watch.frozen) {
    watch.frozen = false;
    protect(address, PROT_READ | PROT_WRITE);
  }
  std::memcpy(page, copy, kPage);
}

/// The versions of what a saved state holds stand behind its copies.
std::uint64_t* versions_behind(char* copies, std::size_t room) {
  return reinterpret_cast<std::uint64_t*>(copies + room * kPage);
}
constexpr std::size_t bytes_of(std::size_t room) { return room * (kPage + sizeof(std::uint64_t)); }

void* map_on_demand(std::size_t bytes) {
  void* p = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  ONHOOK_CHECK(p != MAP_FAILED, "no address space for the snapshot");
  return p;
}

}  // namespace

Snapshot::Snapshot(std::vector<MemoryRange> ranges)
    : ranges_(std::move(ranges)),
      hot_(static_cast<Hot*>(map_on_demand(kMaxHot * sizeof(Hot) + sizeof(Watches)))),
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
  ::munmap(hot_, kMaxHot * sizeof(Hot) + sizeof(Watches));
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
      if (hot_[i].page != page) continue;
      Watch& watch = watches_behind(hot_).of[i];
      if (!watch.frozen) return false;  // writable already: a fault of another kind
      watch.frozen = false;
      watch.clean = 0;
      if (watch.thaws < kMaxThaws) ++watch.thaws;
      return protect(page, PROT_READ | PROT_WRITE);
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
  Watches& watches = watches_behind(hot_);
  const bool survey = ++watches.restores % kSurveyEvery == 0;
  for (std::size_t i = 0; i < hot_count_; ++i) {
    bring_back(hot_[i].page, watches.of[i], hot_[i].copy, kFirstVersion, survey);
  }
}

void Snapshot::save(SavedState& into) const {
  if (into.room_ < hot_count_) {
    if (into.copies_ != nullptr) ::munmap(into.copies_, bytes_of(into.room_));
    into.room_ = hot_count_ + hot_count_ / 4;
    into.copies_ = static_cast<char*>(map_on_demand(bytes_of(into.room_)));
  }
  into.count_ = hot_count_;
  Watches& watches = watches_behind(hot_);
  const std::uint64_t version = ++watches.versions;
  std::uint64_t* versions = versions_behind(into.copies_, into.room_);
  for (std::size_t i = 0; i < hot_count_; ++i) {
    const Watch& watch = watches.of[i];
    const bool is_kept = watch.version == kFirstVersion || watch.version == versions[i];
    if (watch.frozen && is_kept) {
      versions[i] = watch.version;
      continue;
    }
    std::memcpy(into.copies_ + i * kPage, reinterpret_cast<const void*>(hot_[i].page), kPage);
    versions[i] = watch.frozen ? watch.version : version;
  }
}

void Snapshot::restore(const SavedState& from) {
  Watches& watches = watches_behind(hot_);
  const bool survey = ++watches.restores % kSurveyEvery == 0;
  const std::uint64_t* versions = versions_behind(from.copies_, from.room_);
  for (std::size_t i = 0; i < hot_count_; ++i) {
    const std::uint64_t version = i < from.count_ ? versions[i] : kFirstVersion;
    const char* copy = version == kFirstVersion ? hot_[i].copy : from.copies_ + i * kPage;
    bring_back(hot_[i].page, watches.of[i], copy, version, survey);
  }
}

SavedState::~SavedState() {
  if (copies_ != nullptr) ::munmap(copies_, bytes_of(room_));
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
