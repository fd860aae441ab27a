// SPDX-License-Identifier: GPL-3.0-or-later
// Our judge of memory and AddressSanitizer's runtime, side by side in one execution. What each says
// of an access is compared at once, at that access.
//
// An error of AddressSanitizer's is also ours when our judge says the same kind of misuse of the
// same access: same thread, same instruction (so same function, file and line). Our judge tells a
// read out of bounds once for each instruction, AddressSanitizer for each address besides.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "harness/asan/asan_judge.h"
#include "harness/asan/compared_error.h"
#include "harness/race/memory_judge.h"

namespace onhook {

class ComparingJudge : public MemoryJudge {
 public:
  explicit ComparingJudge(Scene& scene) : MemoryJudge(scene), asan_(scene) {}

  /// In the order in which they showed, those of the set-up too.
  const std::vector<ComparedError>& errors() const { return errors_; }

  void on_execution_ends(End end) override;
  void on_access(const Thread&, const PlainAccess&) override;
  void on_atomic(const Thread&, const AtomicAccess&) override;
  void on_lock_request(const Thread&, const LockEvent&) override;
  void on_unlock(const Thread&, const LockEvent&) override;
  void on_allocate(const Thread*, std::uintptr_t block, std::size_t bytes) override;
  void on_free(const Thread*, std::uintptr_t block, std::size_t bytes) override;

 private:
  /// `before`: how many findings of ours there were before it was told.
  void compare(std::size_t before);
  void add(ComparedError error, const Finding& finding);

  AsanJudge asan_;
  std::vector<ComparedError> errors_;
  /// Of errors_: by instruction and kind.
  std::map<std::pair<std::uintptr_t, Misuse>, std::size_t> known_;
};

}  // namespace onhook
