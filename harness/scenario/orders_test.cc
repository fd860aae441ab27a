// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "harness/scenario/scenario_fixture.h"

namespace onhook {
namespace {

constexpr std::string_view kEvents =
    "event a alice requests hangup\n"
    "event b bob gets BYE\n"
    "event c relay exits\n"
    "event d sofia delivers nua_r_bye\n"
    "never dtls_alert(alice)\n";

std::vector<std::string> orders_of(const std::string& lines) {
  std::vector<std::string> texts;
  for (const OrderCase& order :
       testing_support::compiled_call(std::string(kEvents) + lines).orders) {
    texts.push_back(order.text);
  }
  return texts;
}

using Orders = std::vector<std::string>;

TEST(OrdersTest, WithoutALineNothingIsForced) { EXPECT_EQ(orders_of(""), Orders{""}); }

TEST(OrdersTest, AChainIsOneOrder) {
  EXPECT_EQ(orders_of("order c < a < b\n"), Orders{"c < a < b"});
}

TEST(OrdersTest, EveryOfIsAllPermutations) {
  EXPECT_EQ(orders_of("order every of b, a, c\n"),
            (Orders{"a < b < c", "a < c < b", "b < a < c", "b < c < a", "c < a < b", "c < b < a"}));
}

TEST(OrdersTest, ChainsFilterThePermutations) {
  EXPECT_EQ(orders_of("order every of a, b, c\norder a < b\n"),
            (Orders{"a < b < c", "a < c < b", "c < a < b"}));
}

TEST(OrdersTest, SeveralChainsAreAllTheirMergings) {
  EXPECT_EQ(orders_of("order a < b\norder c < b\n"), (Orders{"a < c < b", "c < a < b"}));
  EXPECT_EQ(orders_of("order a < b\norder c < d\n").size(), 6u);
}

TEST(OrdersTest, TheSameChainTwiceSaysNothingNew) {
  EXPECT_EQ(orders_of("order a < b\norder a < b\n"), Orders{"a < b"});
}

TEST(OrdersTest, IndicesAreThoseOfTheEvents) {
  const auto s = testing_support::compiled_call(std::string(kEvents) + "order d < b\n");
  ASSERT_EQ(s.orders.size(), 1u);
  EXPECT_EQ(s.orders[0].events, (std::vector<std::size_t>{3, 1}));
}

TEST(OrdersTest, AContradictionThroughSeveralLinesIsFound) {
  const auto result = compile_scenario(std::string(testing_support::kCall) + std::string(kEvents) +
                                           "order a < b < c\norder c < d\norder d < a\n",
                                       "test.scn");
  EXPECT_FALSE(result.scenario);
  ASSERT_EQ(result.diagnostics.size(), 1u);
  EXPECT_EQ(result.diagnostics[0].message, "'d' before 'a' contradicts the order lines above");
}

}  // namespace
}  // namespace onhook
