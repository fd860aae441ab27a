// SPDX-License-Identifier: GPL-3.0-or-later
// The signalling network between user agents and peers: reliable, in order on each link, with a
// latency window a link. What arrives is announced as a step of the receiver, "bob gets BYE", at
// which a scenario can hold it back.
//
// It loses and duplicates nothing by itself; a peer that is to seem unreachable ignores what it
// gets, and one that retransmits sends twice.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "fakes/env.h"
#include "fakes/nua/sip_message.h"
#include "fakes/script.h"

namespace onhook::fakes {

/// One who sends and receives SIP: a user agent of the fake nua, or a peer.
class SipEndpoint {
 public:
  virtual ~SipEndpoint() = default;
  /// Runs on a thread of the world, inside the receiver's step "gets". Must not block.
  virtual void on_sip(Address from, const SipMessagePtr& message) = 0;
  /// Actor or lane that "gets" it.
  virtual std::string_view sip_name() const = 0;
  /// Whether on_sip() does the receiver's work (then it runs inside a step of its own) or hands the
  /// message to a thread of the receiver (then that hand-over is the scheduling point, and a packet
  /// without latency needs no step).
  enum class Arrival { is_a_step, is_queued };
  virtual Arrival arrival() const = 0;
  /// Who listened there has left for good: what it has not answered by now it never will.
  virtual void on_left(Address from) { (void)from; }
  /// What it would answer to a request that has not come yet, if that is certain; "" otherwise.
  /// Only used to prepare (SipNetwork::expect).
  virtual std::string preview_answer(const SipMessage& request) const {
    (void)request;
    return "";
  }
};

class SipNetwork {
 public:
  explicit SipNetwork(Env& env) : env_(env) {}
  SipNetwork(const SipNetwork&) = delete;
  SipNetwork& operator=(const SipNetwork&) = delete;

  /// Binds an endpoint to an address; `users` and hosts below lead to it too. The endpoint outlives
  /// the network or is detached.
  void attach(Address at, SipEndpoint& endpoint);
  void detach(Address at);
  /// The same of one who leaves while the world goes on, and everybody else is told. What others
  /// know of its users stays: their requests go to where it was.
  void leave(Address at);
  bool has_left(Address at) const { return left_.contains(key(at)); }
  /// From now on endpoints also hear datagrams of the world's sockets, and what goes to an address
  /// where nobody is attached goes to the socket there.
  void open_to_sockets();
  /// From now on the explorer chooses SIP datagrams to lose, to deliver twice or late, as many as
  /// `most` allows. Only what goes through sockets. Over TCP nothing is doubled, what is lost comes
  /// again after the sender's time-out (200 ms, a request to connect after 1 s: RFC 6298, with
  /// Linux's minimum), and what is late keeps what follows waiting.
  void disturb(SipDisturbance most);
  /// Requests to sip:...@`host` go to `at` ("example.com"); numeric hosts need no entry.
  void add_host(std::string host, Address at);
  /// Where the user agent of `user` listens ("alice"): how a peer calls a guest.
  void add_user(std::string user, Address at);
  /// The same of one that is reached over TCP.
  void add_tcp_user(const std::string& user, Address at);
  std::optional<Address> address_of_user(std::string_view user) const;
  bool is_tcp_user(std::string_view user) const { return tcp_users_.contains(user); }
  /// Where a request to `host` and `port` (0: none given) goes; nullopt when no such host is known.
  std::optional<Address> resolve(std::string_view host, std::uint16_t port) const;
  /// A free UDP port on `ip`.
  Address allocate(std::uint32_t ip);

  /// Latency of everything that goes to `to` from now on; the default is none.
  void set_latency(Address to, Window latency);
  /// Sends `text`, which must be a SIP message. To an address where nobody is attached it vanishes,
  /// as UDP does.
  void send(Address from, Address to, std::string text);
  /// The same of what need not be SIP, as one datagram to the socket at `to`.
  void send_as_it_stands(Address from, Address to, std::string_view text);
  /// Parses a text that is likely to be sent to `to` (the BYE of a call that is up), and its
  /// answer, ahead of time: executions that start from a copy of this state need not.
  void expect(Address to, const std::string& text);
  /// How often sofia-sip's parser was needed to send something.
  std::size_t messages_parsed() const { return messages_parsed_; }

 private:
  enum class Repetition { no, yes };
  struct Packet {
    TimeNs sent_at;
    SipMessagePtr message;
    Repetition repetition = Repetition::no;
  };
  using Link = std::pair<std::uint64_t, std::uint64_t>;
  void listen_at(Address at);
  void carry(Address from, Address to, SipMessagePtr message, Repetition repetition);
  enum class Carrier { datagram, stream };
  bool disturb_one(Carrier carrier, const Bytes& payload, const std::function<void()>& arrives);
  void schedule_front(Address from, Address to);
  void deliver_front(Address from, Address to);
  SipMessagePtr parse(std::string text);
  static std::uint64_t key(Address a) { return (std::uint64_t{a.ip} << 16) | a.port; }

  Env& env_;
  bool open_to_sockets_ = false;
  std::set<std::string> heard_;  ///< from sockets: what comes again is a retransmission
  SipDisturbance disturbance_;   ///< what is left of it
  std::map<std::uint64_t, SipEndpoint*> endpoints_;
  std::set<std::uint64_t> left_;
  std::map<std::uint64_t, Window> latencies_;
  std::map<std::string, Address, std::less<>> hosts_;
  std::map<std::string, Address, std::less<>> users_;
  std::set<std::string, std::less<>> tcp_users_;
  std::map<Link, std::deque<Packet>> links_;
  std::unordered_map<std::string, SipMessagePtr> parsed_;
  std::size_t messages_parsed_ = 0;
  std::uint16_t next_port_ = 5080;
};

}  // namespace onhook::fakes
