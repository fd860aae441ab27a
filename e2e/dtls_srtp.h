// SPDX-License-Identifier: GPL-3.0-or-later
// DTLS with use_srtp (RFC 5764) by OpenSSL and libsrtp, without a socket: datagrams go in and out
// by calls. The certificate is made anew for each; the other side's must have the fingerprint that
// its description named (RFC 8122).
#pragma once

#include <openssl/ssl.h>
#include <srtp2/srtp.h>

#include <functional>
#include <memory>
#include <string>

#include "fakes/env.h"

namespace onhook::e2e {

class DtlsSrtp {
 public:
  using Bytes = fakes::Bytes;
  enum class Role { client, server };
  struct Out {
    std::function<void(const Bytes&)> send;  ///< a datagram for the other side
    std::function<void()> up;                ///< the handshake is done, the keys are there
    std::function<void()> down;              ///< the other side has closed
  };

  explicit DtlsSrtp(Out out);
  ~DtlsSrtp();
  DtlsSrtp(const DtlsSrtp&) = delete;
  DtlsSrtp& operator=(const DtlsSrtp&) = delete;

  /// "sha-256 AB:CD:..."
  const std::string& fingerprint() const { return fingerprint_; }
  void start(Role role, std::string remote_fingerprint);
  bool started() const { return started_; }
  bool is_up() const { return up_; }
  void receive(const Bytes& datagram);
  /// Sends again what may have been lost; to be called now and then until the handshake is done.
  void retransmit();
  /// The close_notify alert.
  void close();

  /// RTP in, SRTP out; RTP and RTCP the other way round. "" when it cannot be done.
  Bytes protect(Bytes rtp);
  Bytes unprotect(Bytes packet);

 private:
  template <auto release>
  struct Release {
    template <typename T>
    void operator()(T* it) const {
      release(it);
    }
  };

  void make_certificate();
  void handshake();
  void flush();
  void take_keys();
  bool remote_is_right() const;

  Out out_;
  std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>> key_;
  std::unique_ptr<X509, Release<X509_free>> certificate_;
  std::unique_ptr<SSL_CTX, Release<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, Release<SSL_free>> ssl_;
  srtp_t inbound_ = nullptr;
  srtp_t outbound_ = nullptr;
  std::string fingerprint_;
  std::string remote_fingerprint_;
  Role role_ = Role::client;
  bool started_ = false;
  bool up_ = false;
  bool over_ = false;
};

}  // namespace onhook::e2e
