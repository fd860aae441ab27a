// SPDX-License-Identifier: GPL-3.0-or-later
// What a scenario asks of the fakes, as plain data: the scenario compiler writes it, the fakes play
// it.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/env.h"

namespace onhook::fakes {

enum class ActorKind { browser, sip_peer, sofia_peer, core };

struct ActorSpec {
  std::string name;
  ActorKind kind = ActorKind::browser;
};

/// A state that the world is brought into before the race: "call alice -> bob with audio, media
/// flowing". Played in one fixed order; nothing of it is explored.
struct GivenSpec {
  std::string kind;                  ///< "call", "registered", ...
  std::string from;                  ///< actor, or ""
  std::string to;                    ///< actor, or ""
  std::vector<std::string> options;  ///< "audio", "media flowing", ...
};

/// Something that an actor does by itself, `window` after the race begins: "alice requests hangup",
/// "alice after 30s closes pc". Instructions of one actor are played in the order they are written
/// in; each window counts from the start of the race.
struct Instruction {
  std::string actor;
  Window window;
  std::string verb;    ///< vocabulary.h: "requests", "closes", "sends", ...
  std::string object;  ///< "hangup", "pc", "BYE", ...
  std::map<std::string, std::string> attributes;  ///< "code" -> "486", ...
};

/// Something that an actor does whenever it gets `trigger`: "bob on BYE replies 200 within 0s..5s".
/// The first reaction that matches wins; without one, the actor's polite default holds (replies 200
/// to BYE, 180 then 200 to INVITE, at once).
struct Reaction {
  std::string actor;
  std::string trigger;  ///< "BYE", "INVITE", "incomingcall", ...
  Window window;
  std::string verb;    ///< "replies", "ignores", "requests", ...
  std::string object;  ///< "200", "486", "" ...
  std::map<std::string, std::string> attributes;
};

/// What a SIP peer sends as it stands, SIP or not: "bob sends NAME". Wants SipStack::sofia. In it
/// "{part}" stands for what the peer would have written there. In a text that begins with "SIP/2.0"
/// the parts are those of the request that is answered; elsewhere they are of a new request in its
/// dialog, or of a first one when the act has a "to".
struct Datagram {
  std::string name;
  std::string text;  ///< may be empty
};
/// "sdp" is an offer of the peer's; a text without Content-Length ends with its body (RFC 3261
/// section 18.3). "uri" is where a request goes.
inline constexpr std::array<std::string_view, 8> kDatagramParts = {
    "uri", "via", "from", "to", "call_id", "cseq", "contact", "sdp"};

/// Who answers the plugin's nua calls: the fake, or the real libsofia-sip-ua on virtual sockets.
enum class SipStack { fake, sofia };

/// How many SIP datagrams of the race the network may treat so; which, is the explorer's choice.
/// With SipStack::sofia only: the fake nua's network is reliable.
struct SipDisturbance {
  unsigned losses = 0;
  unsigned duplications = 0;
  unsigned reorderings = 0;  ///< that come 100 ms late, after what was sent meanwhile
  bool any() const { return losses + duplications + reorderings > 0; }
};

struct Script {
  SipStack sip = SipStack::fake;
  SipDisturbance disturbance = {};
  std::vector<ActorSpec> actors;
  std::vector<GivenSpec> given;
  std::vector<Instruction> instructions;
  std::vector<Reaction> reactions;
  std::vector<Datagram> datagrams;
};

}  // namespace onhook::fakes
