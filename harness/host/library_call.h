// SPDX-License-Identifier: GPL-3.0-or-later
// A call of the code under test into a library that reads or writes memory for it (memcpy, strlen,
// g_strdup). The linker sends the calls that the code itself makes to a __wrap_ function
// (symbols/checked.txt); those that libraries make among each other stay what they are.
//
// Each such function says what the call will touch, then goes on to the real one. Everything that
// it touches belongs to one step where it is a scheduling point. The fake core, which the code
// calls in a library's place, says so as well (fakes::Env::reads).
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "harness/sched/scheduler.h"

namespace onhook {

/// Whether both addresses lie in one loaded object.
bool in_one_object(std::uintptr_t known, std::uintptr_t asked);

/// Where the code under test called a library, as long as the call lasts: what is allocated and
/// freed in there was so from here. For a return address of a library's the call stays that of the
/// code that called the library.
class CallSite {
 public:
  explicit CallSite(const void* return_address);
  ~CallSite();
  /// 0: nobody knows.
  std::uintptr_t pc() const { return pc_; }
  CallSite(const CallSite&) = delete;
  CallSite& operator=(const CallSite&) = delete;

 protected:
  Scheduler* scheduler_;  ///< null: not a thread of the world
  std::uintptr_t pc_ = 0;

 private:
  std::uintptr_t outer_call_ = 0;
  std::size_t outer_depth_ = 0;
};

class LibraryCall : public CallSite {
 public:
  using CallSite::CallSite;

  // Said before happens(); of more than kMost the rest is not looked at.
  static constexpr std::size_t kMost = 24;
  void reads(const void* address, std::size_t bytes) { add(address, bytes, Access::read); }
  void writes(const void* address, std::size_t bytes) { add(address, bytes, Access::write); }
  /// A text and the zero that ends it.
  void reads_text(const char* text) {
    if (scheduler_ != nullptr && text != nullptr) reads(text, std::strlen(text) + 1);
  }
  /// The same, but not more than `most` bytes.
  void reads_text(const char* text, std::size_t most) {
    if (scheduler_ != nullptr && text != nullptr) reads(text, text_bytes(text, most));
  }
  static std::size_t text_bytes(const char* text, std::size_t most) {
    const std::size_t length = ::strnlen(text, most);
    return length < most ? length + 1 : most;
  }

  /// It touches them now, if nobody ends the execution because of it.
  void happens();

 private:
  void add(const void* address, std::size_t bytes, Access access) {
    if (scheduler_ == nullptr || bytes == 0 || count_ == kMost) return;
    const std::size_t shown = bytes < UINT32_MAX ? bytes : UINT32_MAX;
    ranges_[count_++] = {reinterpret_cast<ObjectId>(address), static_cast<std::uint32_t>(shown),
                         access};
  }

  std::array<TouchedRange, kMost> ranges_;
  std::size_t count_ = 0;
};

}  // namespace onhook
