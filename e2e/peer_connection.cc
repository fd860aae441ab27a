// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/peer_connection.h"

#include <memory>
#include <utility>

#include "e2e/failure.h"
#include "e2e/main_loop.h"

namespace onhook::e2e {
namespace {

constexpr guint kComponent = 1;
constexpr guint kRetransmitMs = 50;

PeerConnection& self(gpointer data) { return *static_cast<PeerConnection*>(data); }

/// RFC 7983: the first byte tells DTLS from SRTP.
bool is_dtls(const fakes::Bytes& datagram) {
  return !datagram.empty() && datagram[0] >= 20 && datagram[0] <= 63;
}

}  // namespace

PeerConnection::PeerConnection(Side side, Events events)
    : side_(side),
      events_(std::move(events)),
      agent_(nice_agent_new(nullptr, NICE_COMPATIBILITY_RFC5245)),
      stream_(nice_agent_add_stream(agent_, kComponent)),
      dtls_({[this](const Bytes& datagram) { send_datagram(datagram); }, [this] { events_.up(); },
             nullptr}) {
  g_object_set(agent_, "controlling-mode", side == Side::offers, "upnp", FALSE, "ice-tcp", FALSE,
               nullptr);
  NiceAddress loopback;
  nice_address_init(&loopback);
  nice_address_set_from_string(&loopback, "127.0.0.1");
  nice_agent_add_local_address(agent_, &loopback);

  const auto on_candidate = +[](NiceAgent* agent, NiceCandidate* candidate, gpointer data) {
    gchar* text = nice_agent_generate_local_candidate_sdp(agent, candidate);
    // "a=candidate:..."
    guarded([&] { self(data).events_.candidate(text + 2); });
    g_free(text);
  };
  const auto on_gathered =
      +[](NiceAgent*, guint, gpointer data) { guarded([&] { self(data).events_.candidate(""); }); };
  const auto on_state = +[](NiceAgent*, guint, guint, guint state, gpointer data) {
    guarded([&] {
      PeerConnection& pc = self(data);
      // "failed" may still come good: what waits for the connection has a limit of its own.
      if (state != NICE_COMPONENT_STATE_CONNECTED && state != NICE_COMPONENT_STATE_READY) return;
      if (std::exchange(pc.connected_, true)) return;
      pc.dtls_.start(pc.role_, pc.remote_fingerprint_);
    });
  };
  g_signal_connect(agent_, "new-candidate-full", G_CALLBACK(on_candidate), this);
  g_signal_connect(agent_, "candidate-gathering-done", G_CALLBACK(on_gathered), this);
  g_signal_connect(agent_, "component-state-changed", G_CALLBACK(on_state), this);
  const auto on_datagram =
      +[](NiceAgent*, guint, guint, guint size, gchar* data, gpointer user_data) {
        guarded([&] { self(user_data).receive(Bytes(data, data + size)); });
      };
  nice_agent_attach_recv(agent_, stream_, kComponent, nullptr, on_datagram, this);
  retransmit_ = g_timeout_add(
      kRetransmitMs,
      [](gpointer data) -> gboolean {
        guarded([&] { self(data).dtls_.retransmit(); });
        return G_SOURCE_CONTINUE;
      },
      this);
}

PeerConnection::~PeerConnection() {
  g_source_remove(retransmit_);
  g_signal_handlers_disconnect_by_data(agent_, this);
  nice_agent_remove_stream(agent_, stream_);
  g_object_unref(agent_);
}

TransportDescription PeerConnection::local() const {
  gchar* ufrag = nullptr;
  gchar* password = nullptr;
  if (!nice_agent_get_local_credentials(agent_, stream_, &ufrag, &password))
    throw Failure("libnice has no ICE credentials");
  TransportDescription out{ufrag, password, dtls_.fingerprint(),
                           side_ == Side::offers ? "actpass" : "active"};
  g_free(ufrag);
  g_free(password);
  return out;
}

void PeerConnection::set_remote(const TransportDescription& remote) {
  const bool we_begin = side_ == Side::answers || remote.setup == "passive";
  role_ = we_begin ? DtlsSrtp::Role::client : DtlsSrtp::Role::server;
  remote_fingerprint_ = remote.fingerprint;
  nice_agent_set_remote_credentials(agent_, stream_, remote.ufrag.c_str(), remote.password.c_str());
  GSList* candidates = nullptr;
  for (const std::string& text : remote.candidates)
    if (NiceCandidate* candidate =
            nice_agent_parse_remote_candidate_sdp(agent_, stream_, ("a=" + text).c_str()))
      candidates = g_slist_append(candidates, candidate);
  if (candidates == nullptr) throw Failure("the server's SDP has no ICE candidate");
  nice_agent_set_remote_candidates(agent_, stream_, kComponent, candidates);
  g_slist_free_full(candidates,
                    [](gpointer it) { nice_candidate_free(static_cast<NiceCandidate*>(it)); });
}

void PeerConnection::gather() {
  if (!nice_agent_gather_candidates(agent_, stream_))
    throw Failure("libnice finds no ICE candidate on loopback");
}

void PeerConnection::send(Bytes rtp) {
  const Bytes packet = dtls_.protect(std::move(rtp));
  if (!packet.empty()) send_datagram(packet);
}

void PeerConnection::close() { dtls_.close(); }

void PeerConnection::send_datagram(const Bytes& datagram) {
  nice_agent_send(agent_, stream_, kComponent, static_cast<guint>(datagram.size()),
                  reinterpret_cast<const gchar*>(datagram.data()));
}

void PeerConnection::receive(const Bytes& datagram) {
  if (is_dtls(datagram)) return dtls_.receive(datagram);
  Bytes packet = dtls_.unprotect(datagram);
  if (!packet.empty()) events_.packet(packet);
}

}  // namespace onhook::e2e
