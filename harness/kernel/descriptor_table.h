// SPDX-License-Identifier: GPL-3.0-or-later
// Descriptor numbers: which are open, what they stand for, and who opened and closed them when.
//
// Numbers are given out lowest first, as POSIX demands, because that is what makes a double close
// dangerous: by the second one the number may be somebody else's (Janus #2599). The log keeps every
// opening, closing and failed use, so that a law can tell the story. 0, 1 and 2 belong to the
// process's own terminal and are not modelled here: interpose/ passes writes to 1 and 2 through.
#pragma once

#include <cstdint>
#include <vector>

#include "harness/kernel/description.h"

namespace onhook {

inline constexpr int kFirstDescriptor = 3;
inline constexpr int kDescriptorLimit = 1024;  ///< RLIMIT_NOFILE's usual soft limit

enum class CloseOnExec : std::uint8_t { no, yes };

/// One line of a descriptor's story.
struct DescriptorEvent {
  enum class Kind : std::uint8_t {
    opened,
    closed,
    close_of_closed,  ///< close() of a number that is not open: EBADF
    use_of_closed     ///< any other call on such a number: EBADF
  };
  Kind kind = Kind::opened;
  int fd = -1;
  /// How many times the number had been given out, this time included; 0: never.
  std::uint32_t generation = 0;
  Caller caller;
  /// What it stood for; kNoObject if not open.
  ObjectId object = kNoObject;
};

class DescriptorTable {
 public:
  struct Slot {
    DescriptionPtr description;    ///< null: not open
    std::uint32_t generation = 0;  ///< times given out
    CloseOnExec close_on_exec = CloseOnExec::no;
    Caller opener;  ///< of this generation; the owner in law FD
    Caller closer;  ///< of the last generation closed
  };

  /// What allocation and closing contend for.
  ObjectId id() const { return object_id(this); }

  /// Gives the lowest free number >= `at_least` to `description`; -EMFILE when all are taken.
  SysResult open(DescriptionPtr description, CloseOnExec close_on_exec, const Caller& caller,
                 int at_least = kFirstDescriptor);
  /// dup2()/dup3(): makes `to` stand for what `from` does, closing what it was. -EBADF.
  SysResult replace(int from, int to, CloseOnExec close_on_exec, const Caller& caller);
  /// 0, or -EBADF. Either way the log has it.
  SysResult close(int fd, const Caller& caller);

  /// What a call on `fd` acts on; null (EBADF, logged) when it is not open.
  DescriptionPtr use(int fd, const Caller& caller);
  /// The same without leaving a mark.
  Description* peek(int fd) const;
  bool is_open(int fd) const { return peek(fd) != nullptr; }
  /// Null if the number was never given out.
  const Slot* slot(int fd) const;
  void set_close_on_exec(int fd, CloseOnExec value);

  std::size_t open_count() const;
  const std::vector<DescriptorEvent>& log() const { return log_; }

 private:
  Slot* open_slot(int fd);
  void record(DescriptorEvent::Kind kind, int fd, const Caller& caller);
  Slot& slot_for(int fd);

  std::vector<Slot> slots_;  ///< index: number - kFirstDescriptor
  std::vector<DescriptorEvent> log_;
};

}  // namespace onhook
