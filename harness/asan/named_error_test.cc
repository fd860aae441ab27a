// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/asan/named_error.h"

#include <gtest/gtest.h>

namespace onhook {
namespace {

Finding of_block(const char* deed, std::uintptr_t object, bool freed) {
  Finding finding;
  finding.object = object;
  finding.deeds.emplace_back().what = deed;
  Block block;
  block.begin = 1000;
  block.bytes = 24;
  if (freed) block.freed.emplace();
  finding.block = block;
  return finding;
}

Finding called(const char* deed, const char* name) {
  Finding finding;
  finding.message = std::string("AddressSanitizer: ") + name;
  finding.deeds.emplace_back().what = deed;
  return finding;
}

ComparedError error(bool ours, bool asans, bool agrees = false) {
  ComparedError error;
  if (ours) error.ours.emplace();
  if (asans) error.asans.emplace();
  error.agrees = agrees;
  return error;
}

TEST(ComparedError, our_finding_is_a_kind_of_misuse_by_its_block) {
  EXPECT_EQ(misuse_of_ours(of_block("reads 4 bytes", 1008, true)), Misuse::use_after_free);
  EXPECT_EQ(misuse_of_ours(of_block("reads 4 bytes", 1024, false)), Misuse::out_of_bounds);
  EXPECT_EQ(misuse_of_ours(of_block("reads 4 bytes", 996, false)), Misuse::out_of_bounds);
  EXPECT_EQ(misuse_of_ours(of_block("reads 4 bytes", 1024, true)), Misuse::out_of_bounds)
      << "it lies beside a block that was freed, not in it";
  EXPECT_EQ(misuse_of_ours(of_block("frees it again", 1000, true)), Misuse::double_free);
  EXPECT_EQ(misuse_of_ours(of_block("frees a pointer into it", 1008, false)), Misuse::wrong_free);
}

TEST(ComparedError, an_error_of_the_runtimes_is_one_by_its_name) {
  EXPECT_EQ(misuse_of_asans(called("reads 4 bytes", "heap-use-after-free")),
            Misuse::use_after_free);
  EXPECT_EQ(misuse_of_asans(called("frees it", "heap-use-after-free")), Misuse::double_free);
  EXPECT_EQ(misuse_of_asans(called("writes 1 byte", "heap-buffer-overflow, 0 bytes behind")),
            Misuse::out_of_bounds);
  EXPECT_EQ(misuse_of_asans(called("frees it", "heap-buffer-overflow")), Misuse::wrong_free);
  EXPECT_EQ(misuse_of_asans(called("reads 4 bytes", "stack-buffer-overflow")), Misuse::elsewhere);
}

TEST(ComparedError, what_one_alone_says_is_a_difference) {
  EXPECT_EQ(agreement_of(error(true, true)), Agreement::both);
  EXPECT_EQ(agreement_of(error(false, true)), Agreement::only_asan);
  EXPECT_EQ(agreement_of(error(true, false, true)), Agreement::asked);
  EXPECT_EQ(agreement_of(error(true, false, false)), Agreement::no_poison);
}

TEST(NamedError, only_what_the_runtime_does_not_agree_to_needs_a_reason) {
  EXPECT_FALSE(needs_reason(Agreement::both));
  EXPECT_FALSE(needs_reason(Agreement::asked));
  EXPECT_TRUE(needs_reason(Agreement::only_asan));
  EXPECT_TRUE(needs_reason(Agreement::no_poison));
}

TEST(NamedError, goes_through_a_pipe_unchanged) {
  const NamedError sent{Agreement::asked,
                        "use after free in look",
                        "main locks it in look() f.c:3",
                        "block of make (24 bytes)",
                        "main allocates it in make() f.c:1",
                        ""};
  EXPECT_EQ(error_of_line(to_line(sent)), sent);
}

}  // namespace
}  // namespace onhook
