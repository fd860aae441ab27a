// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/asan/compared_error.h"

#include <string_view>

namespace onhook {
namespace {

bool is_free(const Finding& finding) { return finding.deeds.back().what.starts_with("frees"); }

}  // namespace

Misuse misuse_of_ours(const Finding& finding) {
  const bool freed = finding.block && finding.block->freed;
  const std::uintptr_t offset = finding.block ? finding.object - finding.block->begin : 0;
  if (is_free(finding)) return freed && offset == 0 ? Misuse::double_free : Misuse::wrong_free;
  // The block may also be one that lies near.
  const bool inside = finding.block && offset < finding.block->bytes;
  return freed && inside ? Misuse::use_after_free : Misuse::out_of_bounds;
}

Misuse misuse_of_asans(const Finding& finding) {
  const auto says = [&](std::string_view name) {
    return finding.message.find(name) != std::string::npos;
  };
  if (says("heap-use-after-free")) {
    return is_free(finding) ? Misuse::double_free : Misuse::use_after_free;
  }
  if (says("heap-buffer-overflow")) {
    return is_free(finding) ? Misuse::wrong_free : Misuse::out_of_bounds;
  }
  return Misuse::elsewhere;
}

}  // namespace onhook
