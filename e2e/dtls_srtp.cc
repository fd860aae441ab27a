// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/dtls_srtp.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "e2e/failure.h"
#include "fakes/media/rtp_stream.h"

namespace onhook::e2e {
namespace {

constexpr std::size_t kKey = 16;
constexpr std::size_t kSalt = 14;
constexpr std::size_t kMaster = kKey + kSalt;
/// What SRTP or SRTCP may add to a packet.
constexpr std::size_t kTrailer = SRTP_MAX_TRAILER_LEN + 4;

std::string fingerprint_of(const X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  return fmt::format("sha-256 {:02X}", fmt::join(std::span(digest).first(size), ":"));
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

int trust(int, X509_STORE_CTX*) { return 1; }  // the fingerprint decides

srtp_t make_session(std::array<unsigned char, kMaster>& master, srtp_ssrc_type_t direction) {
  srtp_policy_t policy{};
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
  policy.ssrc.type = direction;
  policy.key = master.data();
  srtp_t session = nullptr;
  if (srtp_create(&session, &policy) != srtp_err_status_ok)
    throw Failure("libsrtp makes no session");
  return session;
}

}  // namespace

DtlsSrtp::DtlsSrtp(Out out) : out_(std::move(out)) {
  static const auto initialised = srtp_init();
  if (initialised != srtp_err_status_ok) throw Failure("libsrtp does not start");
  make_certificate();
  fingerprint_ = fingerprint_of(certificate_.get());
  context_.reset(SSL_CTX_new(DTLS_method()));
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, trust);
  if (SSL_CTX_set_tlsext_use_srtp(context_.get(), "SRTP_AES128_CM_SHA1_80") != 0 ||
      SSL_CTX_use_certificate(context_.get(), certificate_.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context_.get(), key_.get()) != 1)
    throw Failure("OpenSSL refuses the client's certificate");
}

DtlsSrtp::~DtlsSrtp() {
  if (inbound_ != nullptr) srtp_dealloc(inbound_);
  if (outbound_ != nullptr) srtp_dealloc(outbound_);
}

void DtlsSrtp::make_certificate() {
  key_.reset(EVP_EC_gen("P-256"));
  certificate_.reset(X509_new());
  X509* const made = certificate_.get();
  X509_set_version(made, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_gmtime_adj(X509_getm_notBefore(made), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made), 86400);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("onhook"), -1, -1, 0);
  X509_set_issuer_name(made, X509_get_subject_name(made));
  X509_set_pubkey(made, key_.get());
  if (X509_sign(made, key_.get(), EVP_sha256()) == 0) throw Failure("OpenSSL signs no certificate");
}

void DtlsSrtp::start(Role role, std::string remote_fingerprint) {
  if (started_) return;
  started_ = true;
  role_ = role;
  remote_fingerprint_ = std::move(remote_fingerprint);
  ssl_.reset(SSL_new(context_.get()));
  SSL_set_bio(ssl_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_options(ssl_.get(), SSL_OP_NO_QUERY_MTU);
  SSL_set_mtu(ssl_.get(), 1200);
  role == Role::client ? SSL_set_connect_state(ssl_.get()) : SSL_set_accept_state(ssl_.get());
  handshake();
}

void DtlsSrtp::receive(const Bytes& datagram) {
  if (!started_ || over_) return;
  BIO_write(SSL_get_rbio(ssl_.get()), datagram.data(), static_cast<int>(datagram.size()));
  if (!up_) return handshake();
  std::array<char, 2048> ignored{};
  while (SSL_read(ssl_.get(), ignored.data(), ignored.size()) > 0) {
  }
  flush();
  if ((SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0) {
    over_ = true;
    if (out_.down) out_.down();
  }
}

void DtlsSrtp::handshake() {
  const int result = SSL_do_handshake(ssl_.get());
  flush();
  if (result != 1) {
    const int error = SSL_get_error(ssl_.get(), result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
      throw Failure("the DTLS handshake failed: {}", ERR_error_string(ERR_get_error(), nullptr));
    return;
  }
  if (!remote_is_right())
    throw Failure("the server's certificate is not the one that its SDP names");
  take_keys();
  up_ = true;
  if (out_.up) out_.up();
}

void DtlsSrtp::retransmit() {
  if (!started_ || up_ || over_) return;
  DTLSv1_handle_timeout(ssl_.get());
  flush();
}

void DtlsSrtp::flush() {
  BIO* const written = SSL_get_wbio(ssl_.get());
  for (Bytes datagram; BIO_pending(written) > 0;) {
    datagram.resize(static_cast<std::size_t>(BIO_pending(written)));
    BIO_read(written, datagram.data(), static_cast<int>(datagram.size()));
    out_.send(datagram);
  }
}

bool DtlsSrtp::remote_is_right() const {
  const std::unique_ptr<X509, Release<X509_free>> remote(SSL_get1_peer_certificate(ssl_.get()));
  return remote && upper(fingerprint_of(remote.get())) == upper(remote_fingerprint_);
}

// RFC 5764, section 4.2: client key, server key, client salt, server salt.
void DtlsSrtp::take_keys() {
  static constexpr std::string_view kLabel = "EXTRACTOR-dtls_srtp";
  std::array<unsigned char, 2 * kMaster> material{};
  if (SSL_export_keying_material(ssl_.get(), material.data(), material.size(), kLabel.data(),
                                 kLabel.size(), nullptr, 0, 0) != 1)
    throw Failure("no keys for SRTP came of the DTLS handshake");
  std::array<unsigned char, kMaster> client{};
  std::array<unsigned char, kMaster> server{};
  auto take = [from = material.begin()](auto to, std::size_t size) mutable {
    std::copy_n(from, size, to);
    from += static_cast<std::ptrdiff_t>(size);
  };
  take(client.begin(), kKey);
  take(server.begin(), kKey);
  take(client.begin() + kKey, kSalt);
  take(server.begin() + kKey, kSalt);
  const bool is_client = role_ == Role::client;
  outbound_ = make_session(is_client ? client : server, ssrc_any_outbound);
  inbound_ = make_session(is_client ? server : client, ssrc_any_inbound);
}

void DtlsSrtp::close() {
  if (!started_ || over_) return;
  over_ = true;
  SSL_shutdown(ssl_.get());
  flush();
}

DtlsSrtp::Bytes DtlsSrtp::protect(Bytes rtp) {
  if (!up_ || over_) return {};
  int size = static_cast<int>(rtp.size());
  rtp.resize(rtp.size() + kTrailer);
  if (srtp_protect(outbound_, rtp.data(), &size) != srtp_err_status_ok) return {};
  rtp.resize(static_cast<std::size_t>(size));
  return rtp;
}

DtlsSrtp::Bytes DtlsSrtp::unprotect(Bytes packet) {
  if (!up_) return {};
  int size = static_cast<int>(packet.size());
  const auto status = fakes::is_rtcp(packet) ? srtp_unprotect_rtcp(inbound_, packet.data(), &size)
                                             : srtp_unprotect(inbound_, packet.data(), &size);
  if (status != srtp_err_status_ok) return {};
  packet.resize(static_cast<std::size_t>(size));
  return packet;
}

}  // namespace onhook::e2e
