// SPDX-License-Identifier: GPL-3.0-or-later
// The SIP peer: the other end of the plugin's signalling, an actor of the scenario.
//
// It is a user agent, a registrar and the media address of a call in one, and it speaks SIP text
// over the SipNetwork. It has no thread: all it does happens inside steps of its own, "bob gets
// BYE", "bob replies 200, BYE", "bob sends CANCEL". It keeps the rules of RFC 3261 for what it is
// not told: a CANCEL ends its INVITE with 487, a 2xx is acknowledged, a dialog without ACK is ended
// by BYE after 32 s, re-INVITEs that cross get 491. A request to somebody who has left the network,
// or who leaves before the answer, times out after 32 s, "bob gets 408 INVITE": timers B and F
// (section 17.1), which count from when there is nobody, as if ICMP never came.
//
// Polite defaults, all at once and without a step of their own: INVITE 180, then 200 with an SDP
// answer (or an offer when the INVITE had none); re-INVITE and UPDATE 200; BYE, CANCEL, INFO,
// MESSAGE, NOTIFY, OPTIONS 200; REGISTER 200 (or 401 first, with `password` set); SUBSCRIBE 200 and
// a NOTIFY; REFER 202 and a NOTIFY.
//
// Reactions override them. Triggers are what "gets" says: "BYE", "INVITE" (one that opens a call),
// "re-INVITE", "200 INVITE". Verbs:
//   replies N     exactly that and nothing else, as a step; N < 200 to an INVITE rings on
//   ignores       silence (for "200 INVITE": no ACK)
//   sends M       besides the default, a request of its own ("BYE", "CANCEL", ...)
// Attributes of replies: "to" the method of another request that is answered (on CANCEL replies
// 200, to INVITE: the answer that crosses the CANCEL, which itself gets its 200 at once), "then" a
// further status and "then_ms" how much later it comes, "repeat" how often the reply is sent, "sdp"
// "none" or a text instead, "line" one more line of that SDP, "reason" a Reason header, "phrase". A
// 401 or 407 brings its challenge; with "password" a request that answers it with that password is
// treated politely instead.
//
// A reaction that sends a datagram (fakes/script.h) which begins with "SIP/2.0" is a reply like
// any.
//
// Instructions: "sends" INVITE ("to" whom, as a URI; "sdp" "none" or a text instead; "header" a
// line of its own; "call_id", as a proxy passes one on), re-INVITE ("direction", or "connection"
// 0.0.0.0, or "sdp" "none"), BYE, CANCEL, INFO, MESSAGE, OPTIONS, NOTIFY, REFER ("to"), ACK (one
// that was held back), rtp ("lost": how many packets before it never arrived), rtcp; "replies" N to
// the INVITE that waits; "closes" rtp or rtcp, its media ports. One that makes no sense when its
// time comes (CANCEL of an answered call) does not happen.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/env.h"
#include "fakes/media/media_endpoint.h"
#include "fakes/nua/sip_network.h"
#include "fakes/nua/sip_text.h"
#include "fakes/script.h"
#include "fakes/sip_peer/peer_sdp.h"
#include "fakes/sip_peer/sip_actor.h"

namespace onhook::fakes {

class SipPeer final : public SipEndpoint, public SipActor {
 public:
  /// Attaches itself to the network; both outlive it.
  SipPeer(Env& env, SipNetwork& network, SipPeerConfig config);
  ~SipPeer() override;
  SipPeer(const SipPeer&) = delete;
  SipPeer& operator=(const SipPeer&) = delete;

  void use_media(MediaEndpoint& media) override { media_ = &media; }
  void set_reactions(std::vector<Reaction> reactions) override;
  void play(const Instruction& instruction) override;
  void call(std::string_view uri, Offer offer = Offer::with_sdp) override;
  CallState call_state() const override;
  std::size_t open_calls() const override;
  std::string uri() const override;
  std::optional<Address> remote_rtp() const override;
  Address local_rtp() const { return config_.rtp; }

  void on_sip(Address from, const SipMessagePtr& message) override;
  std::string_view sip_name() const override { return config_.name; }
  Arrival arrival() const override { return Arrival::is_a_step; }
  void on_left(Address from) override;
  /// The polite 200 to a BYE.
  std::string preview_answer(const SipMessage& request) const override;

 private:
  /// 64 * T1: for the ACK of a 2xx (RFC 3261 section 13.3.1.4) and for any answer (timers B and F,
  /// section 17.1).
  static constexpr TimeNs kPatience = 32 * kSecond;

  /// A request of the plugin, and how far its answer is.
  struct Received {
    SipMessagePtr request;
    Address from;
    std::string to_tag;
    int status = 0;        ///< latest sent, 0 none
    std::string response;  ///< latest sent, for repetitions of the request
  };
  /// A call or a subscription.
  struct Dialog {
    enum class Kind { call, subscription } kind = Kind::call;
    CallState state = CallState::idle;
    std::string call_id;
    std::string local;   ///< our From, with its tag
    std::string remote;  ///< their From or To, with its tag once known
    std::string local_tag;
    std::string remote_tag;
    std::string target;  ///< request URI of ours
    Address address;
    std::uint32_t cseq = 0;
    int sdp_version = 0;
    TimerId ack_watch = 0;                ///< runs until our 2xx has its ACK
    TimerId patience = 0;                 ///< runs while nobody is there to answer our request
    std::shared_ptr<Received> invite;     ///< theirs that waits for a final answer
    SipMessagePtr own_invite;             ///< ours that waits for a final answer
    SipMessagePtr unacknowledged_invite;  ///< the latest of ours that was answered
    SipMessagePtr unacknowledged;         ///< its 2xx, while the ACK is held back
    std::optional<Address> remote_rtp;
    std::string event;  ///< of a subscription
  };
  using DialogPtr = std::shared_ptr<Dialog>;
  using ReceivedPtr = std::shared_ptr<Received>;

  // sip_peer.cc: requests and responses that come
  void receive_request(Address from, const SipMessagePtr& request);
  void receive_response(const SipMessagePtr& response);
  void receive_ack(const SipMessage& ack);
  void answer_politely(const ReceivedPtr& received, const DialogPtr& dialog);
  void react(const Reaction& reaction, const ReceivedPtr& received, const DialogPtr& dialog);
  void end_invite_of(const SipMessage& cancel);
  DialogPtr open_call(const ReceivedPtr& received);
  const Reaction* reaction_to(std::string_view trigger) const;
  DialogPtr dialog_of(const SipMessage& message) const;
  bool let_in(const ReceivedPtr& received);
  /// Whether the request answers what this reaction challenges.
  static bool has_credentials(const SipMessage& request, const Reaction& challenge);

  // peer_replies.cc: responses that go
  using Attributes = std::map<std::string, std::string>;
  void reply_within(Window window, const ReceivedPtr& received, const DialogPtr& dialog, int status,
                    const Attributes& attributes);
  /// At once and noted; nothing when the request has its final answer.
  void reply(const ReceivedPtr& received, const DialogPtr& dialog, int status,
             std::string extra = {});
  /// The same for one that its step has announced.
  void send_reply(const ReceivedPtr& received, const DialogPtr& dialog, int status,
                  const Attributes& attributes, std::string extra = {});
  void watch_for_ack(const DialogPtr& dialog);

  // peer_datagrams.cc: text that goes as it stands
  const Datagram* datagram_called(std::string_view name) const;
  bool is_reply(const Reaction& reaction) const;
  void send_datagram_within(Window window, const Datagram& datagram, const Attributes& attributes,
                            const ReceivedPtr& answered);
  void send_datagram(const Datagram& datagram, const Attributes& attributes,
                     const ReceivedPtr& answered);
  std::string filled_in(const Datagram& datagram, const Received& answered);
  std::string filled_in(const Datagram& datagram, Dialog& dialog);

  // peer_requests.cc: requests that go
  /// Whether the act makes sense now.
  bool can_send(const std::string& method) const;
  void send_method(const std::string& method, const Attributes& attributes);
  /// `answered` is what a datagram that is a reply answers; nullptr for what waits.
  void send_within(Window window, const std::string& method, const Attributes& attributes,
                   const ReceivedPtr& answered = nullptr);
  /// Of a first request to this URI.
  DialogPtr begin_dialog(const std::string& uri_text, std::string call_id = {});
  void send_invite(const std::string& uri, const Attributes& attributes);
  /// The SDP of an INVITE, if it is to have one.
  void offer(Dialog& dialog, RequestParts& parts, const Attributes& attributes) const;
  void send_in_dialog(const DialogPtr& dialog, std::string_view method, std::string extra = {},
                      std::string content_type = {}, std::string body = {});
  void send_ack(const DialogPtr& dialog, const SipMessage& invite, const SipMessage& response);
  void send_cancel(const DialogPtr& dialog);
  void notify(const DialogPtr& dialog, std::string_view state, std::string content_type,
              std::string body);
  SipMessagePtr transmit(const DialogPtr& dialog, RequestParts parts);
  /// To the other end of the dialog, or to where it was.
  void put_on_the_way(const DialogPtr& dialog, const std::string& method, const std::string& text);
  void await_timeout(const DialogPtr& dialog, const std::string& method);
  std::string next_branch();
  void close_port_within(Window window, const std::string& port);
  /// Its next SDP, and from now on it wants the media that this SDP asks for.
  PeerSdp sdp_of(Dialog& dialog, const Attributes& attributes) const;
  void learn_rtp(Dialog& dialog, const SipMessage& message) const;
  /// It wants SRTP from now on if this SDP of its own has a key.
  void listen_as(std::string_view sdp) const;
  DialogPtr current_call() const;
  std::string contact() const;

  Env& env_;
  SipNetwork& network_;
  SipPeerConfig config_;
  MediaEndpoint* media_ = nullptr;
  std::vector<Reaction> reactions_;
  std::vector<DialogPtr> dialogs_;
  std::map<std::string, ReceivedPtr> received_;  ///< by branch and method
  ReceivedPtr latest_received_;
  std::uint64_t last_branch_ = 0;
};

}  // namespace onhook::fakes
