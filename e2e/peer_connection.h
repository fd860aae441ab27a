// SPDX-License-Identifier: GPL-3.0-or-later
// The client's PeerConnection: ICE by libnice on loopback, DTLS and SRTP over it. One component
// (RTP and RTCP share it). Lives in GLib's main context.
#pragma once

#include <nice/agent.h>

#include <functional>
#include <string>

#include "e2e/dtls_srtp.h"
#include "e2e/transport_sdp.h"

namespace onhook::e2e {

class PeerConnection {
 public:
  using Bytes = fakes::Bytes;
  enum class Side { offers, answers };
  struct Events {
    std::function<void(const std::string& candidate)> candidate;  ///< to trickle; "": no more
    std::function<void()> up;
    std::function<void(const Bytes&)> packet;  ///< RTP or RTCP, in the clear
  };

  PeerConnection(Side side, Events events);
  ~PeerConnection();
  PeerConnection(const PeerConnection&) = delete;
  PeerConnection& operator=(const PeerConnection&) = delete;

  /// What this end says of itself; `setup` fits its side.
  TransportDescription local() const;
  void set_remote(const TransportDescription& remote);
  /// Begins to look for candidates, which are told one by one.
  void gather();

  bool is_up() const { return dtls_.is_up(); }
  void send(Bytes rtp);
  /// As a browser does when its tab goes away: the DTLS alert, then nothing.
  void close();

 private:
  void send_datagram(const Bytes& datagram);
  void receive(const Bytes& datagram);

  Side side_;
  Events events_;
  NiceAgent* agent_;
  guint stream_;
  DtlsSrtp dtls_;
  DtlsSrtp::Role role_ = DtlsSrtp::Role::server;
  std::string remote_fingerprint_;
  bool connected_ = false;
  guint retransmit_ = 0;
};

}  // namespace onhook::e2e
