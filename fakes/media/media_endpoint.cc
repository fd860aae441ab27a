// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/media/media_endpoint.h"

namespace onhook::fakes {
namespace {

Address rtcp_of(Address rtp) { return {rtp.ip, static_cast<std::uint16_t>(rtp.port + 1)}; }

}  // namespace

MediaEndpoint::MediaEndpoint(Env& env, Address local, std::uint32_t ssrc)
    : env_(env), local_(local), stream_(ssrc) {
  env_.on_datagram(local_, [this](Address, const Bytes& packet) {
    ++(parse_rtp(packet, last_rtp_) ? rtp_received_ : garbage_received_);
  });
  env_.on_datagram(rtcp_of(local_), [this](Address, const Bytes& packet) {
    ++(is_rtcp(packet) ? rtcp_received_ : garbage_received_);
  });
}

void MediaEndpoint::send_rtp(Address to) { env_.send_datagram(local_, to, stream_.next_rtp()); }

void MediaEndpoint::send_rtcp(Address to) {
  env_.send_datagram(rtcp_of(local_), rtcp_of(to), stream_.sender_report(env_.now()));
}

}  // namespace onhook::fakes
