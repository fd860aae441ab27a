// SPDX-License-Identifier: GPL-3.0-or-later
// AddressSanitizer's runtime told of the world's heap, and its errors as findings (law ASAN):
// blocks are surrounded by poison, freed ones are poison all over and never used again, each with
// the marks of the runtime's own allocator, by which it names an error. What lies around variables
// on stacks and globals the compiled code tells the runtime itself.
//
// A free is put to the runtime as a write to the first byte, and an error if that is poison: its
// own allocator, which would say "double-free", serves nobody.
//
// The runtime comes behind libc like libtsan (harness/tsan/runtime.h), so none of its interceptors
// is called and its own allocator serves nobody.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "harness/race/judge.h"

namespace onhook {

class AsanJudge : public Judge {
 public:
  explicit AsanJudge(Scene& scene);
  ~AsanJudge() override;

  /// What the runtime prints goes to standard error, or nowhere. Once in each process: in a child
  /// the runtime would make a file of its own.
  static void set_output(bool shown);

  /// Would the runtime call an access an error? At least 1 byte.
  static bool is_poisoned(std::uintptr_t address, std::size_t bytes);

  void on_access(const Thread&, const PlainAccess&) override;
  void on_atomic(const Thread&, const AtomicAccess&) override;
  void on_allocate(const Thread*, std::uintptr_t block, std::size_t bytes) override;
  void on_free(const Thread*, std::uintptr_t block, std::size_t bytes) override;

 private:
  static void on_poisoned(const void* address, std::size_t bytes, bool write, const void* pc,
                          const void* frame);
  struct Touch {
    std::uintptr_t address;
    std::size_t bytes;
    bool write;
    std::uintptr_t pc;
    const char* deed = nullptr;  ///< instead of "writes 4 bytes"
  };
  void look(const Thread& thread, const Touch& touch);
  void accuse(const Thread& thread, const Touch& touch, std::uintptr_t frame);

  std::set<std::pair<std::uintptr_t, std::uintptr_t>> accused_;  ///< instruction, address
};

}  // namespace onhook
