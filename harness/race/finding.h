// SPDX-License-Identifier: GPL-3.0-or-later
// What a judge has to say, in addresses: names come later (harness/explore/named_findings.h), when
// somebody wants to read it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/ids.h"

namespace onhook {

/// Something that a thread did, and where: one of the accesses of a race, the free before a use.
struct Deed {
  std::string what;  ///< "writes 4 bytes", "frees it", "locks it"; a verb, for people
  ThreadId thread = kNoThread;
  std::string thread_name;
  /// Return addresses, innermost first: the deed's own, then those of the instrumented calls.
  std::vector<std::uintptr_t> stack;
  std::uintptr_t address = 0;  ///< of what it touched; 0: no memory
  std::uint32_t bytes = 0;
  std::vector<ObjectId> locks;  ///< held
  ObjectId lock = kNoObject;    ///< that it is done to: named after `what`
  std::uint32_t step = 0;
  TimeNs time = 0;
};

/// A block of the world's heap.
struct Block {
  std::uintptr_t begin = 0;
  std::size_t bytes = 0;
  Deed allocated;
  std::optional<Deed> freed;
};

struct Finding {
  std::string law;  ///< a general law (harness/scenario/names.cc): "RACE", "MEMORY", "LOCK", ...
  std::string message;  ///< one line: "two threads touch it and nothing orders them"
  /// What it is about: memory, a lock, a descriptor's number ... 0: nothing that has an address.
  std::uintptr_t object = 0;
  std::vector<Deed> deeds;     ///< the earlier first; the last one is where it showed
  std::optional<Block> block;  ///< the one that `object` lies in or, in none, is next to
  /// A lost block: what it began with.
  std::vector<unsigned char> content = {};
  /// What it is about when that has no address: "udp socket", and which.
  std::string thing = {};
  std::string thing_detail = {};
  bool is_end = false;  ///< it is why the execution could not go on: the words of its verdict
};

}  // namespace onhook
