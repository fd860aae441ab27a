// SPDX-License-Identifier: GPL-3.0-or-later
// The server's side of digest authentication (RFC 2617), computed by sofia-sip.
#pragma once

#include <string>

#include "fakes/nua/sip_message.h"

namespace onhook::fakes {

/// The WWW-Authenticate line that asks for credentials, CRLF included.
std::string challenge_line();

enum class CredentialsVerdict { missing, wrong, right };
/// Judges the Authorization of a request.
CredentialsVerdict judge_credentials(const SipMessage& request, const std::string& password);

}  // namespace onhook::fakes
