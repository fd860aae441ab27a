// SPDX-License-Identifier: GPL-3.0-or-later
// Offer and answer (RFC 3264) of one call, decided by sofia-sip's own soa. Only the origin line is
// written here, so that the same schedule gives the same text.
#pragma once

#include <sofia-sip/soa.h>
#include <sofia-sip/su_tag.h>

#include <string>
#include <string_view>

namespace onhook::fakes {

class MediaSession {
 public:
  /// `origin` is the user part and session id of the o= line, `ip` its address.
  MediaSession(std::string origin, std::string ip);
  ~MediaSession() { soa_destroy(soa_); }
  MediaSession(const MediaSession&) = delete;
  MediaSession& operator=(const MediaSession&) = delete;

  /// SOATAG_*: what the application can do (SOATAG_USER_SDP_STR), how to choose.
  void set_params(const tagi_t* tags);
  void start_round() { soa_init_offer_answer(soa_); }
  bool make_offer() { return soa_generate_offer(soa_, 0, nullptr) >= 0; }
  bool make_answer() { return soa_generate_answer(soa_, nullptr) >= 0; }
  bool take_remote(std::string_view sdp);
  bool take_answer() { return soa_process_answer(soa_, nullptr) >= 0; }
  bool take_reject() { return soa_process_reject(soa_, nullptr) >= 0; }
  bool activate() { return soa_activate(soa_, nullptr) >= 0; }
  void terminate() { soa_terminate(soa_, nullptr); }
  void forget_remote() { soa_clear_remote_sdp(soa_); }
  bool complete() const { return soa_is_complete(soa_) != 0; }
  int user_version() const { return soa_get_user_version(soa_); }
  /// The latest offer or answer of ours; "" when there is none.
  std::string local_sdp() const;
  /// How the latest failure is told to the peer (488 and the like), and as a Reason header.
  int failure(const char** phrase) const { return soa_error_as_sip_response(soa_, phrase); }
  std::string failure_reason() const;

 private:
  std::string origin_;
  std::string ip_;
  soa_session_t* soa_;
};

}  // namespace onhook::fakes
