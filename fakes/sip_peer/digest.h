// SPDX-License-Identifier: GPL-3.0-or-later
// The server's side of digest authentication (RFC 2617), computed by sofia-sip.
#pragma once

#include <string>

#include "fakes/nua/sip_message.h"

namespace onhook::fakes {

/// The line that asks for credentials in a 401 or 407, CRLF included.
std::string challenge_line(int status);

enum class CredentialsVerdict { missing, wrong, right };
/// Judges what a request answers to such a 401 (Authorization) or 407 (Proxy-Authorization).
CredentialsVerdict judge_credentials(const SipMessage& request, int status,
                                     const std::string& password);

}  // namespace onhook::fakes
