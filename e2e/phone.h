// SPDX-License-Identifier: GPL-3.0-or-later
// The SIP peer: a user agent made with the real sofia-sip on loopback, with a plain RTP socket.
// What fakes/sip_peer/sip_peer.h is in the simulation, and as polite: INVITE gets 180 and 200, BYE
// 200, at once, unless a reaction says otherwise. Runs in GLib's main context.
#pragma once

#include <glib.h>
#include <sofia-sip/nua.h>

#include <functional>
#include <string>
#include <string_view>

#include "e2e/main_loop.h"
#include "e2e/recorder.h"
#include "fakes/env.h"
#include "fakes/media/rtp_stream.h"

namespace onhook::e2e {

class Phone {
 public:
  /// What to do about a request: reply with this status, or with none (0), after this time.
  struct Answer {
    int status = 200;
    TimeNs after = 0;
  };
  using Answers = std::function<Answer(std::string_view method)>;

  Phone(std::string name, Recorder& recorder);
  ~Phone();
  Phone(const Phone&) = delete;
  Phone& operator=(const Phone&) = delete;

  const std::string& name() const { return name_; }
  std::string uri() const { return uri_of(name_); }
  /// Of somebody whose registrar it is; "" of the registrar itself.
  std::string uri_of(const std::string& user) const;
  void set_answers(Answers answers) { answers_ = std::move(answers); }

  /// Calls who has registered with it.
  void call_registered();
  /// "BYE", or "CANCEL" of the call that it has begun.
  void end_call();
  void send_rtp();

  bool in_call() const { return in_call_; }
  bool ringing() const { return ringing_; }
  int packets_heard() const { return packets_heard_; }
  /// Answers that are still to come.
  int pending() const { return pending_; }

 private:
  static void on_nua(nua_event_t event, int status, const char* phrase, nua_t* nua,
                     nua_magic_t* phone, nua_handle_t* handle, nua_hmagic_t*, const sip_t* sip,
                     tagi_t tags[]);
  void receive(nua_event_t event, int status, nua_handle_t* handle, const sip_t* sip);
  void reply_later(const char* method, Answer answer, nua_handle_t* handle);
  void reply(const char* method, int status, nua_handle_t* handle, const nua_saved_event_t* saved);
  void let_register(nua_handle_t* handle, const sip_t* sip);
  void learn_media(const sip_t* sip);
  void receive_rtp();
  std::string next_sdp(std::string_view offer);
  void open_media();
  void open_signalling();

  const std::string name_;
  Recorder& recorder_;
  Answers answers_;
  su_root_t* root_ = nullptr;
  nua_t* nua_ = nullptr;
  nua_handle_t* call_ = nullptr;
  fakes::Address sip_;
  fakes::Address rtp_;
  fakes::Address remote_rtp_;
  int socket_ = -1;
  guint socket_source_ = 0;
  fakes::RtpStream audio_;
  std::string registered_;  ///< contact, "" before
  std::string offer_;       ///< of the INVITE that waits
  int sdp_version_ = 0;
  bool in_call_ = false;
  bool ringing_ = false;
  bool shut_down_ = false;
  int packets_heard_ = 0;
  int pending_ = 0;
  Timers timers_;
};

}  // namespace onhook::e2e
