// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/resolver.h"

#include <gtest/gtest.h>

namespace onhook {
namespace {

struct ResolverTest : ::testing::Test {
  Interfaces interfaces{default_interfaces()};
  Resolver resolver{"onhook", interfaces};

  /// "10.0.0.2:5060 10.0.0.3:5060", or the name of the error.
  std::string ask(const char* host, const char* service, int flags = 0, int family = AF_UNSPEC,
                  int type = SOCK_DGRAM) {
    addrinfo hints{};
    hints.ai_flags = flags;
    hints.ai_family = family;
    hints.ai_socktype = type;
    std::vector<ResolvedAddress> answers;
    const int error = resolver.resolve(host, service, &hints, answers);
    if (error == EAI_NONAME) return "NONAME";
    if (error == EAI_SERVICE) return "SERVICE";
    if (error == EAI_ADDRFAMILY) return "ADDRFAMILY";
    if (error != 0) return "error " + std::to_string(error);
    std::string text;
    for (const ResolvedAddress& a : answers) {
      text += (text.empty() ? "" : " ") + a.address.to_text();
    }
    return text;
  }
};

TEST_F(ResolverTest, reads_numeric_hosts) {
  EXPECT_EQ(ask("10.0.0.2", "5060"), "10.0.0.2:5060");
  EXPECT_EQ(ask("fd00::2", nullptr), "[fd00::2]:0");
  EXPECT_EQ(ask("fd00::2", nullptr, 0, AF_INET), "ADDRFAMILY");
}

TEST_F(ResolverTest, knows_this_machine) {
  EXPECT_EQ(ask("localhost", nullptr), "[::1]:0 127.0.0.1:0");
  EXPECT_EQ(ask("localhost", nullptr, 0, AF_INET), "127.0.0.1:0");
  EXPECT_EQ(ask("onhook", nullptr), "10.0.0.1:0 [fd00::1]:0");
}

TEST_F(ResolverTest, knows_what_the_world_declares_and_no_more) {
  resolver.add_host("Bob.Example", {*IpAddress::parse("10.0.0.2"), *IpAddress::parse("10.0.0.3")});
  EXPECT_EQ(ask("bob.example", "sip"), "10.0.0.2:5060 10.0.0.3:5060");
  EXPECT_EQ(ask("bob.example", nullptr, AI_NUMERICHOST), "NONAME");
  EXPECT_EQ(ask("bob.example", nullptr, 0, AF_INET6), "NONAME");
  EXPECT_EQ(ask("bob.example", nullptr, AI_V4MAPPED, AF_INET6), "10.0.0.2:0 10.0.0.3:0");
  EXPECT_EQ(ask("carol.example", nullptr), "NONAME");
  EXPECT_EQ(ask("bob.example", "gopher"), "SERVICE");
}

TEST_F(ResolverTest, answers_without_a_host) {
  EXPECT_EQ(ask(nullptr, "80"), "[::1]:80 127.0.0.1:80");
  EXPECT_EQ(ask(nullptr, "80", AI_PASSIVE), "0.0.0.0:80 [::]:80");
  EXPECT_EQ(ask(nullptr, nullptr), "NONAME");
}

TEST_F(ResolverTest, lists_every_transport_unless_asked_for_one) {
  std::vector<ResolvedAddress> answers;
  ASSERT_EQ(resolver.resolve("10.0.0.2", nullptr, nullptr, answers), 0);
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].type, SOCK_STREAM);
  EXPECT_EQ(answers[0].protocol, IPPROTO_TCP);
  EXPECT_EQ(answers[1].type, SOCK_DGRAM);
  EXPECT_EQ(answers[2].type, SOCK_RAW);
}

}  // namespace
}  // namespace onhook
