// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/media_session.h"

#include <fmt/format.h>
#include <sofia-sip/soa_tag.h>
#include <sofia-sip/su_tagarg.h>

namespace onhook::fakes {

MediaSession::MediaSession(std::string origin, std::string ip)
    : origin_(std::move(origin)),
      ip_(std::move(ip)),
      // soa wants a root and an owner, but the static kind only keeps the pointers.
      soa_(soa_create("default", reinterpret_cast<su_root_t*>(this),
                      reinterpret_cast<soa_magic_t*>(this))) {}

void MediaSession::set_params(const tagi_t* tags) {
  if (tags && tags->t_tag) soa_set_params(soa_, TAG_NEXT(tags));
}

bool MediaSession::take_remote(std::string_view sdp) {
  return soa_set_remote_sdp(soa_, nullptr, sdp.data(), static_cast<issize_t>(sdp.size())) >= 0;
}

std::string MediaSession::local_sdp() const {
  const char* text = nullptr;
  isize_t size = 0;
  if (soa_get_local_sdp(soa_, nullptr, &text, &size) <= 0 || !text) return "";
  std::string sdp(text, size);
  const auto line = sdp.find("o=");
  if (line == std::string::npos) return sdp;
  sdp.replace(line, sdp.find_first_of("\r\n", line) - line,
              fmt::format("o={} {} IN IP4 {}", origin_, user_version(), ip_));
  return sdp;
}

std::string MediaSession::failure_reason() const {
  const char* reason = soa_error_as_sip_reason(soa_);
  return reason ? reason : "";
}

}  // namespace onhook::fakes
