// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/rr_ability.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace onhook::cli {
namespace {

RrTrial failed(const std::string& output, int perf_error) {
  return {true, 1, output, perf_error, "2"};
}

TEST(RrAbilityTest, what_records_has_no_excuse) {
  EXPECT_EQ(why_rr_cannot_record({true, 0, "rr: Saving execution to trace directory", 0, "1"}), "");
}

TEST(RrAbilityTest, a_missing_rr_is_named) {
  EXPECT_EQ(why_rr_cannot_record(RrTrial{}), "it is not installed (Debian's package rr)");
}

TEST(RrAbilityTest, a_machine_without_counters_is_named_in_rrs_own_words) {
  EXPECT_EQ(
      why_rr_cannot_record(
          failed("[FATAL ./src/PerfCounters.cc:306:start_counter()] Unable to open "
                 "performance counter with 'perf_event_open'\n",
                 ENOENT)),
      "no hardware performance counter (perf_event_open: No such file or directory), as on most "
      "virtual machines; rr says: Unable to open performance counter with 'perf_event_open'");
}

TEST(RrAbilityTest, a_kernel_that_refuses_is_named_with_its_setting) {
  const std::string why = why_rr_cannot_record(failed("Permission denied", EACCES));
  EXPECT_NE(why.find("perf_event_paranoid is 2"), std::string::npos) << why;
}

TEST(RrAbilityTest, an_unknown_processor_is_named_before_anything_else) {
  const std::string why =
      why_rr_cannot_record(failed("[FATAL a.cc:1:f()] Intel CPU type 0x12345 unknown", EACCES));
  EXPECT_EQ(why, "rr does not know this processor; rr says: Intel CPU type 0x12345 unknown");
}

TEST(RrAbilityTest, refused_tracing_is_named) {
  const std::string why =
      why_rr_cannot_record(failed("[FATAL a.cc:1:f()] ptrace failed: Operation not permitted", 0));
  EXPECT_EQ(why.find("ptrace is refused"), 0u) << why;
}

TEST(RrAbilityTest, what_nobody_has_seen_before_is_given_as_it_is) {
  EXPECT_EQ(why_rr_cannot_record(failed("", 0)),
            "`rr record true` ends with 1; rr says: it said nothing");
}

}  // namespace
}  // namespace onhook::cli
