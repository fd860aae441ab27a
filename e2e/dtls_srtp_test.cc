// SPDX-License-Identifier: GPL-3.0-or-later
// Two ends that hand each other their datagrams.
#include "e2e/dtls_srtp.h"

#include <gtest/gtest.h>

#include <deque>

#include "e2e/failure.h"
#include "fakes/media/rtp_stream.h"

namespace onhook::e2e {
namespace {

class DtlsSrtpTest : public ::testing::Test {
 protected:
  using Bytes = DtlsSrtp::Bytes;

  void connect() {
    server_.start(DtlsSrtp::Role::server, client_.fingerprint());
    client_.start(DtlsSrtp::Role::client, server_.fingerprint());
    deliver();
  }
  void deliver() {
    while (!to_server_.empty() || !to_client_.empty()) {
      hand_over(to_server_, server_);
      hand_over(to_client_, client_);
    }
  }
  static void hand_over(std::deque<Bytes>& queue, DtlsSrtp& end) {
    if (queue.empty()) return;
    const Bytes datagram = queue.front();
    queue.pop_front();
    end.receive(datagram);
  }

  std::deque<Bytes> to_server_;
  std::deque<Bytes> to_client_;
  int closed_ = 0;
  DtlsSrtp client_{{[this](const Bytes& d) { to_server_.push_back(d); }, nullptr, nullptr}};
  DtlsSrtp server_{
      {[this](const Bytes& d) { to_client_.push_back(d); }, nullptr, [this] { ++closed_; }}};
};

TEST_F(DtlsSrtpTest, MediaGoesBothWays) {
  connect();
  ASSERT_TRUE(client_.is_up());
  ASSERT_TRUE(server_.is_up());
  fakes::RtpStream stream(7);
  const Bytes packet = stream.next_rtp();
  const Bytes sealed = client_.protect(packet);
  EXPECT_NE(sealed, packet);
  EXPECT_EQ(server_.unprotect(sealed), packet);
  const Bytes back = stream.next_rtp();
  EXPECT_EQ(client_.unprotect(server_.protect(back)), back);
  Bytes spoilt = client_.protect(stream.next_rtp());
  spoilt.back() ^= 1;
  EXPECT_TRUE(server_.unprotect(spoilt).empty());
}

TEST_F(DtlsSrtpTest, TheOtherEndHearsOfTheClose) {
  connect();
  client_.close();
  deliver();
  EXPECT_EQ(closed_, 1);
  EXPECT_TRUE(client_.protect(fakes::RtpStream(7).next_rtp()).empty());
}

TEST_F(DtlsSrtpTest, AnotherCertificateThanTheOneDescribedIsRefused) {
  const DtlsSrtp other{{nullptr, nullptr, nullptr}};
  server_.start(DtlsSrtp::Role::server, client_.fingerprint());
  client_.start(DtlsSrtp::Role::client, other.fingerprint());
  EXPECT_THROW(deliver(), Failure);
}

}  // namespace
}  // namespace onhook::e2e
