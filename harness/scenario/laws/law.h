// SPDX-License-Identifier: GPL-3.0-or-later
// One general law as a monitor: it watches the deeds of a story and says when the law is broken.
// One file a law in this folder; laws.cc has the table.
#pragma once

#include <string>
#include <utility>

#include "harness/scenario/laws/story.h"

namespace onhook::laws {

using KindSet = std::uint32_t;
constexpr KindSet bit(Kind kind) { return KindSet{1} << static_cast<unsigned>(kind); }

/// How long nothing must have happened before the end for the story to be over. Longer than
/// whatever a call still has under way then: a poll of the relay thread (1 s), the timer of
/// close_pc (750 ms), the wait for a PeerConnection that is being disposed of (3 s).
inline constexpr TimeNs kQuiet = 3'000'000'000;

class Monitor {
 public:
  virtual ~Monitor() = default;
  /// The kinds of deeds that on_deed() is asked for.
  virtual KindSet kinds() const = 0;
  virtual void begin(const Story&) = 0;
  virtual void on_deed(const Deed&, const Story&) = 0;
  /// Everything was observed, and nothing happened for kQuiet before. Not called otherwise.
  virtual void at_rest(const Story&) {}

  bool is_broken() const { return !message_.empty(); }
  const std::string& message() const { return message_; }
  void forget() { message_.clear(); }

 protected:
  /// Later ones are of no interest.
  void broken(std::string message) {
    if (message_.empty()) message_ = std::move(message);
  }

 private:
  std::string message_;
};

/// "the call of handle 3".
std::string name_of_call(int handle);

}  // namespace onhook::laws
