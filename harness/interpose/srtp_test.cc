// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <array>
#include <string_view>

namespace onhook {
namespace {

using Packet = std::array<char, 64>;

srtp_t session_with(unsigned char* key) {
  srtp_policy_t policy{};
  policy.key = key;
  srtp_t session = nullptr;
  EXPECT_EQ(srtp_create(&session, &policy), srtp_err_status_ok);
  return session;
}

struct Srtp : testing::Test {
  ~Srtp() override {
    srtp_dealloc(sender);
    srtp_dealloc(receiver);
  }
  unsigned char key[30] = {};
  srtp_t sender = session_with(key);
  srtp_t receiver = session_with(key);
  Packet packet{"RTP"};
  int bytes = 3;
};

TEST_F(Srtp, WhatIsProtectedIsLongerAndComesBack) {
  EXPECT_EQ(srtp_protect(sender, packet.data(), &bytes), srtp_err_status_ok);
  EXPECT_EQ(bytes, 13);
  EXPECT_EQ(srtp_unprotect(receiver, packet.data(), &bytes), srtp_err_status_ok);
  EXPECT_EQ(std::string_view(packet.data(), static_cast<std::size_t>(bytes)), "RTP");
}

TEST_F(Srtp, RtcpHasAnIndexBesides) {
  EXPECT_EQ(srtp_protect_rtcp(sender, packet.data(), &bytes), srtp_err_status_ok);
  EXPECT_EQ(bytes, 17);
  EXPECT_EQ(srtp_unprotect_rtcp(receiver, packet.data(), &bytes), srtp_err_status_ok);
  EXPECT_EQ(bytes, 3);
}

TEST_F(Srtp, PlainPacketsAreRefused) {
  EXPECT_EQ(srtp_unprotect(receiver, packet.data(), &bytes), srtp_err_status_auth_fail);
  EXPECT_EQ(srtp_unprotect_rtcp(receiver, packet.data(), &bytes), srtp_err_status_auth_fail);
  EXPECT_EQ(bytes, 3);
}

TEST_F(Srtp, ASessionWithoutAKeyProtectsNothing) {
  const srtp_t keyless = session_with(nullptr);
  EXPECT_EQ(srtp_protect(keyless, packet.data(), &bytes), srtp_err_status_no_ctx);
  EXPECT_EQ(bytes, 3);
  srtp_dealloc(keyless);
}

TEST_F(Srtp, ASessionThatIsNotThereIsACrash) {
  EXPECT_DEATH(srtp_protect(nullptr, packet.data(), &bytes), "");
}

}  // namespace
}  // namespace onhook
