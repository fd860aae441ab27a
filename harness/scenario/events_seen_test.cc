// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/events_seen.h"

#include <gtest/gtest.h>

#include "harness/base/strings.h"
#include "harness/scenario/scenario_fixture.h"

namespace onhook {
namespace {

CompiledScenario with_orders(const std::string& orders) {
  return testing_support::compiled_call(
      "event a alice requests hangup\n"
      "event b relay exits\n"
      "never dtls_alert(alice)\n" +
      orders);
}

/// A relay exits, then alice hangs up, then the relay exits again.
Trace a_trace() {
  Trace trace;
  trace.lanes = {{"alice", "", 0}, {"siprtp alice", "janus_sip_relay_thread", 1}};
  trace.facts = {{1, 1, 1, 0, intern("exits"), 0},
                 {2, 0, 2, intern("alice"), intern("requests"), intern("hangup")},
                 {3, 1, 3, 0, intern("exits"), 0}};
  return trace;
}

TEST(EventsSeenTest, EventsAreOrderedByTheirFirstTimeInTheRace) {
  const CompiledScenario scenario = with_orders("order every of a, b\n");
  EXPECT_EQ(events_seen(scenario, a_trace(), 0).text(scenario), "b, a");
  EXPECT_EQ(events_seen(scenario, a_trace(), 1).text(scenario), "a, b");
}

TEST(EventsSeenTest, AnOrderIsObeyedByAllEventsInIt) {
  const CompiledScenario scenario = with_orders("order every of a, b\n");
  const EventsSeen seen = events_seen(scenario, a_trace(), 0);
  EXPECT_FALSE(seen.obeys(scenario.orders.at(0)));
  EXPECT_TRUE(seen.obeys(scenario.orders.at(1)));
  EXPECT_TRUE(seen.obeys(with_orders("").orders.at(0)));
}

TEST(EventsSeenTest, WhatIsMissingObeysNoOrder) {
  const CompiledScenario scenario = with_orders("order a < b\n");
  Trace trace = a_trace();
  trace.facts.resize(1);
  const EventsSeen seen = events_seen(scenario, trace, 0);
  EXPECT_EQ(seen.missing, std::vector<std::size_t>{0});
  EXPECT_FALSE(seen.obeys(scenario.orders.at(0)));
  EXPECT_FALSE(seen.obeys({}));
}

}  // namespace
}  // namespace onhook
