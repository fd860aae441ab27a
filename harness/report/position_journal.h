// SPDX-License-Identifier: GPL-3.0-or-later
// Where the search of one cell stands, written by the cell's own process between executions: a file
// that outlives the process, however it ends, because what was written is the kernel's (a crash of
// the machine it does not outlive; cli/resume_file.h does). So a killed run loses the execution in
// flight, and no more than what happened since the last entry. An entry is due after every
// execution, but entries are kept to a twentieth of the time: where executions are shorter than
// twenty times what an entry costs, those of a few milliseconds share one.
//
// Two places take turns, and each says how long and whose it is, so that a process killed while it
// writes leaves the entry before.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace onhook {

class PositionJournal {
 public:
  PositionJournal() = default;
  PositionJournal(const PositionJournal&) = delete;
  PositionJournal& operator=(const PositionJournal&) = delete;
  ~PositionJournal();

  /// `owner`: what is being searched, for whoever reads. False with errno set: cannot be written.
  bool open(const std::string& path, std::string_view owner);
  bool is_open() const { return fd_ >= 0; }
  /// Asked between executions: is it time for another entry?
  bool due();
  /// The entry that was due. Errors are ignored: the one before is still there.
  void write(std::string_view position);

  /// The last whole entry of that owner, if there is one.
  static std::optional<std::string> read(const std::string& path, std::string_view owner);

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr int kShare = 20;

  int fd_ = -1;
  std::string owner_;
  std::uint64_t number_ = 0;          ///< of the last entry, from 1
  std::chrono::nanoseconds begun_{};  ///< the entry in work, on the clock of what is computed
  Clock::time_point next_;            ///< not due before
};

}  // namespace onhook
