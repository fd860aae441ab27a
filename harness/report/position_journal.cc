// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/position_journal.h"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace onhook {
namespace {

constexpr off_t kPlace = 64 << 20;  // the file is sparse
constexpr std::uint64_t kMagic = 0x316c61'6e72756f6a;

/// Stands before each entry; all zero while one is being written.
struct Head {
  std::uint64_t magic = 0;
  std::uint64_t number = 0;
  std::uint64_t owner_size = 0;
  std::uint64_t position_size = 0;
};

/// What this thread has computed: being kept from it costs nothing.
std::chrono::nanoseconds computed() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

off_t place_of(std::uint64_t number) { return static_cast<off_t>(number % 2) * kPlace; }

bool write_at(int fd, const void* bytes, std::size_t size, off_t at) {
  return ::pwrite(fd, bytes, size, at) == static_cast<ssize_t>(size);
}

std::array<Head, 2> heads_of(int fd) {
  std::array<Head, 2> heads;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    Head head;
    const ssize_t size = ::pread(fd, &head, sizeof head, place_of(i));
    const bool whole = size == sizeof head && head.magic == kMagic && head.number % 2 == i &&
                       head.owner_size <= kPlace && head.position_size <= kPlace;
    if (whole) heads[i] = head;
  }
  return heads;
}

}  // namespace

PositionJournal::~PositionJournal() {
  if (fd_ >= 0) ::close(fd_);
}

bool PositionJournal::open(const std::string& path, std::string_view owner) {
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd_ < 0) return false;
  owner_ = owner;
  // What is there stays until the next entry, which takes the place of the older one.
  const std::array<Head, 2> heads = heads_of(fd_);
  number_ = std::max(heads[0].number, heads[1].number);
  return true;
}

bool PositionJournal::due() {
  if (!is_open() || Clock::now() < next_) return false;
  begun_ = computed();
  return true;
}

void PositionJournal::write(std::string_view position) {
  if (!is_open()) return;
  const Head head{kMagic, number_ + 1, owner_.size(), position.size()};
  if (head.owner_size + head.position_size > kPlace - sizeof head) return;
  const off_t at = place_of(head.number);
  const off_t owner_at = at + static_cast<off_t>(sizeof head);
  const Head nothing;
  const bool written = write_at(fd_, &nothing, sizeof nothing, at) &&
                       write_at(fd_, owner_.data(), owner_.size(), owner_at) &&
                       write_at(fd_, position.data(), position.size(),
                                owner_at + static_cast<off_t>(owner_.size())) &&
                       write_at(fd_, &head, sizeof head, at);
  if (written) ++number_;
  next_ = Clock::now() + (computed() - begun_) * kShare;
}

std::optional<std::string> PositionJournal::read(const std::string& path, std::string_view owner) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  const std::array<Head, 2> heads = heads_of(fd);
  const Head& head = heads[heads[0].number > heads[1].number ? 0 : 1];
  std::string bytes(head.owner_size + head.position_size, '\0');
  const off_t at = place_of(head.number) + static_cast<off_t>(sizeof head);
  const bool whole = head.number > 0 && ::pread(fd, bytes.data(), bytes.size(), at) ==
                                            static_cast<ssize_t>(bytes.size());
  ::close(fd);
  if (!whole || !bytes.starts_with(owner) || head.owner_size != owner.size()) return std::nullopt;
  return bytes.substr(owner.size());
}

}  // namespace onhook
