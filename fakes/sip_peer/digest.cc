// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/sip_peer/digest.h"

#include <fmt/format.h>
#include <sofia-sip/auth_digest.h>
#include <sofia-sip/su_alloc.h>

#include <string_view>

namespace onhook::fakes {
namespace {

constexpr std::string_view kRealm = "onhook";
constexpr std::string_view kNonce = "0123456789abcdef";

}  // namespace

std::string challenge_line(int status) {
  return fmt::format("{}-Authenticate: Digest realm=\"{}\", nonce=\"{}\", algorithm=MD5\r\n",
                     status == 407 ? "Proxy" : "WWW", kRealm, kNonce);
}

CredentialsVerdict judge_credentials(const SipMessage& request, int status,
                                     const std::string& password) {
  const sip_authorization_t* header =
      status == 407 ? request.sip()->sip_proxy_authorization : request.sip()->sip_authorization;
  if (!header) return CredentialsVerdict::missing;
  su_home_t home[1] = {};
  su_home_init(home);
  auth_response_t response[1] = {};
  response->ar_size = sizeof response;
  auth_hexmd5_t ha1 = {};
  auth_hexmd5_t expected = {};
  CredentialsVerdict verdict = CredentialsVerdict::wrong;
  if (auth_digest_response_get(home, response, header->au_params) > 0 && response->ar_nonce &&
      response->ar_response) {
    if (kNonce != response->ar_nonce) {
      verdict = CredentialsVerdict::missing;  // for an older challenge
    } else {
      auth_digest_a1(response, ha1, password.c_str());
      auth_digest_response(response, expected, ha1, std::string(request.method()).c_str(),
                           request.body().data(), static_cast<isize_t>(request.body().size()));
      if (std::string_view(expected) == response->ar_response) verdict = CredentialsVerdict::right;
    }
  }
  su_home_deinit(home);
  return verdict;
}

}  // namespace onhook::fakes
