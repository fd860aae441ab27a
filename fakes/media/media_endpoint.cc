// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/media/media_endpoint.h"

#include <string_view>

#include "fakes/media/srtp_tag.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

Address rtcp_of(Address rtp) { return {rtp.ip, static_cast<std::uint16_t>(rtp.port + 1)}; }

bool is_protected(const Bytes& packet) {
  const std::string_view bytes(reinterpret_cast<const char*>(packet.data()), packet.size());
  return bytes.ends_with(kSrtpTag);
}

}  // namespace

MediaEndpoint::MediaEndpoint(Env& env, std::string_view actor, Address local, std::uint32_t ssrc)
    : env_(env), actor_(actor), local_(local), stream_(ssrc) {
  env_.on_datagram(local_, [this](Address, const Bytes& packet) {
    const bool rtp = parse_rtp(packet, last_rtp_) && is_protected(packet) == srtp_;
    ++(rtp ? rtp_received_ : garbage_received_);
    if (rtp) env_.note({actor_, verb::kHears, held_ ? "rtp, while held" : "rtp"});
  });
  env_.on_datagram(rtcp_of(local_), [this](Address, const Bytes& packet) {
    const bool rtcp = is_rtcp(packet);
    ++(rtcp ? rtcp_received_ : garbage_received_);
    if (rtcp) env_.note({actor_, verb::kHears, "rtcp"});
  });
}

void MediaEndpoint::send_rtp(Address to, unsigned lost) {
  stream_.skip(lost);
  env_.send_datagram(local_, to, stream_.next_rtp());
}

void MediaEndpoint::close_rtp() { env_.refuse_datagrams(local_, -1); }

void MediaEndpoint::close_rtcp() { env_.refuse_datagrams(rtcp_of(local_), -1); }

void MediaEndpoint::send_rtcp(Address to) {
  env_.send_datagram(rtcp_of(local_), rtcp_of(to), stream_.sender_report(env_.now()));
}

}  // namespace onhook::fakes
