// SPDX-License-Identifier: GPL-3.0-or-later
// The SDP of a browser, in the form in which the core hands it to a plugin: candidates,
// fingerprints and the like are gone, addresses are 1.1.1.1, ports 9. Pure.
#pragma once

#include <string>
#include <string_view>

namespace onhook::fakes {

enum class BrowserMedia { audio, audio_and_video };

/// An offer of PCMU, PCMA and telephone events, and of VP8 if wanted. `version` is that of the
/// origin line: one more for each new description of a session.
std::string browser_offer(BrowserMedia media, int version);

/// The answer to `offer`: an m-line for each one of the offer, in its order; what the browser does
/// not have gets port 0 (RFC 3264, section 6).
std::string browser_answer(std::string_view offer, BrowserMedia media, int version);

}  // namespace onhook::fakes
