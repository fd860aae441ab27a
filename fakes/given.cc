// SPDX-License-Identifier: GPL-3.0-or-later
// How a world is brought into the state that a scenario gives. One function a kind of given; the
// table below is the list of what is known.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "fakes/core/fake_handle.h"
#include "fakes/vocabulary.h"
#include "fakes/world.h"

namespace onhook::fakes {
namespace {

constexpr TimeNs kPoll = 10 * kMillisecond;
constexpr TimeNs kPatience = 30 * kSecond;
/// After the last given: long enough for every thread to get back to its wait.
constexpr TimeNs kSettle = 100 * kMillisecond;

constexpr std::array<std::string_view, 4> kKinds = {"registered", "helper", "call", "ringing"};
constexpr std::string_view kForceTcp = "force_tcp";
constexpr std::array<std::string_view, 4> kOptions = {"audio", "video", "media flowing", kForceTcp};

template <typename List>
bool contains(const List& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

const ActorSpec* find_actor(const Script& script, std::string_view name) {
  for (const ActorSpec& actor : script.actors)
    if (actor.name == name) return &actor;
  return nullptr;
}

bool is_browser(const ActorSpec& actor) { return actor.kind == ActorKind::browser; }

FakeWorld::Error check_given(const Script& script, const GivenSpec& given) {
  if (!contains(kKinds, given.kind))
    return fmt::format("unknown given '{}': known are {}", given.kind, fmt::join(kKinds, ", "));
  for (const std::string& option : given.options)
    if (!contains(kOptions, option))
      return fmt::format("given {}: unknown option '{}': known are {}", given.kind, option,
                         fmt::join(kOptions, ", "));
  const ActorSpec* from = find_actor(script, given.from);
  const ActorSpec* to = find_actor(script, given.to);
  if (from == nullptr || (!given.to.empty() && to == nullptr))
    return fmt::format("given {}: no actor is called '{}'", given.kind,
                       from == nullptr ? given.from : given.to);
  if (given.kind == "registered") {
    if (from->kind != ActorKind::browser || (to != nullptr && to->kind != ActorKind::sip_peer))
      return std::string(
          "given registered: it takes a browser, and may name a sip_peer to register "
          "with");
  } else if (given.kind == "helper") {
    if (to == nullptr || to == from || from->kind != ActorKind::browser ||
        to->kind != ActorKind::browser)
      return std::string("given helper: it takes a browser, and the one whose account it shares");
  } else if (to == nullptr || is_browser(*from) == is_browser(*to)) {
    return fmt::format("given {}: it takes a browser and a sip_peer, in either direction",
                       given.kind);
  }
  return std::nullopt;
}

/// Of an Instruction or a Reaction: who sends a datagram needs sockets for it.
template <typename Act>
FakeWorld::Error check_act(const Script& script, const Act& act) {
  const auto& known = script.datagrams;
  if (act.verb != verb::kSends ||
      std::ranges::find(known, act.object, &Datagram::name) == known.end())
    return std::nullopt;
  if (script.sip != SipStack::sofia)
    return fmt::format("{} sends {}: the fake nua reads no text, 'sip sofia' has sockets for it",
                       act.actor, act.object);
  if (find_actor(script, act.actor)->kind == ActorKind::sofia_peer)
    return fmt::format("{} sends {}: a real user agent writes its own text, a sip_peer can",
                       act.actor, act.object);
  return std::nullopt;
}

}  // namespace

FakeWorld::Error FakeWorld::check(const Script& script) {
  for (const ActorSpec& actor : script.actors)
    if (actor.kind == ActorKind::sofia_peer && script.sip != SipStack::sofia)
      return fmt::format("{} is a sofia_peer, which needs the sockets of 'sip sofia'", actor.name);
  for (const Instruction& instruction : script.instructions)
    if (Error error = check_act(script, instruction)) return error;
  for (const Reaction& reaction : script.reactions)
    if (Error error = check_act(script, reaction)) return error;
  for (const GivenSpec& given : script.given) {
    if (contains(given.options, kForceTcp) && script.sip != SipStack::sofia)
      return fmt::format("given {} with {}: the fake nua has no TCP, 'sip sofia' has", given.kind,
                         kForceTcp);
    if (Error error = check_given(script, given)) return error;
  }
  return std::nullopt;
}

FakeWorld::Error FakeWorld::establish() {
  for (const GivenSpec& given : script_.given)
    if (Error error = establish(given)) return error;
  env_.sleep(Window::exactly(kSettle), "the world settles");
  for (const auto& browser : browsers_) {
    json_t* session = browser->handle()->query();
    status_[browser->name()] = call_status(session);
    json_decref(session);
  }
  return std::nullopt;
}

FakeWorld::Error FakeWorld::establish(const GivenSpec& given) {
  if (given.kind == "registered") return establish_registered(given);
  return given.kind == "helper" ? establish_helper(given) : establish_call(given);
}

template <typename Done>
FakeWorld::Error FakeWorld::wait_until(Done done, const Browser& browser, std::string_view what) {
  for (const TimeNs limit = env_.now() + kPatience; !done();) {
    if (browser.times_received("error") > 0)
      return fmt::format("{}: {}: the plugin says \"{}\"", browser.name(), what,
                         browser.last_error());
    if (env_.now() >= limit)
      return fmt::format("{}: {}: not within {} s; the last event was '{}'", browser.name(), what,
                         kPatience / kSecond, browser.last_event());
    env_.sleep(Window::exactly(kPoll), what);
  }
  return std::nullopt;
}

// registered -------------------------------------------------------------------------------------

FakeWorld::Error FakeWorld::establish_registered(const GivenSpec& given) {
  const Peer* registrar = find_peer(given.to.empty() ? directory_.default_peer : given.to);
  Browser& browser = *this->browser(given.from);
  Browser::Attributes attributes;
  // A real user agent is no registrar: the account is a guest's, as a call's is.
  if (registrar != nullptr && find_actor(script_, registrar->name)->kind != ActorKind::sofia_peer) {
    attributes.emplace("to", registrar->name);
  }
  if (contains(given.options, kForceTcp)) attributes.emplace(kForceTcp, "true");
  return register_account(browser, attributes);
}

FakeWorld::Error FakeWorld::register_account(Browser& browser,
                                             const Browser::Attributes& attributes) {
  if (browser.times_received("registered") > 0) return std::nullopt;
  browser.request("register", attributes);
  return wait_until([&] { return browser.times_received("registered") > 0; }, browser,
                    "waiting to be registered");
}

// helper -----------------------------------------------------------------------------------------

FakeWorld::Error FakeWorld::establish_helper(const GivenSpec& given) {
  if (Error error = register_account(*browser(given.to), {})) return error;
  // Told, because laws ask how many sessions an account has.
  env_.note(
      {given.from, verb::kRequests, fmt::format("register, master {}, type helper", given.to)});
  return register_account(*browser(given.from), {{"type", "helper"}, {"master", given.to}});
}

// call and ringing -------------------------------------------------------------------------------

FakeWorld::Error FakeWorld::establish_call(const GivenSpec& given) {
  if (Browser* caller = browser(given.from)) return call_out(*caller, *find_peer(given.to), given);
  return call_in(*find_peer(given.from), *browser(given.to), given);
}

FakeWorld::Error FakeWorld::call_out(Browser& caller, Peer& callee, const GivenSpec& given) {
  if (Error error = register_account(caller, {})) return error;
  const bool only_rings = given.kind == "ringing";
  if (only_rings) callee.sip->set_reactions({{callee.name, "INVITE", {}, "replies", "180", {}}});
  const CoreReply reply = caller.request("call", {{"to", callee.name}});
  if (reply.kind == CoreReply::Kind::error)
    return fmt::format("{}: the call was refused: {}", caller.name(), reply.text);
  if (only_rings)
    return wait_until(
        [&] {
          return callee.sip->call_state() == SipActor::CallState::ringing &&
                 caller.times_received("ringing") > 0;
        },
        caller, "waiting for the callee to ring");
  if (Error error = wait_until(
          [&] {
            return callee.sip->call_state() == SipActor::CallState::incall &&
                   caller.times_received("accepted") > 0 && caller.handle()->media_is_up();
          },
          caller, "waiting for the call to be answered and its PeerConnection to come up"))
    return error;
  return contains(given.options, "media flowing") ? let_media_flow(caller, callee) : std::nullopt;
}

FakeWorld::Error FakeWorld::call_in(Peer& caller, Browser& callee, const GivenSpec& given) {
  if (Error error = register_account(callee, {})) return error;
  caller.sip->call(fmt::format("sip:{}@127.0.0.1", callee.name()));
  if (Error error = wait_until([&] { return callee.times_received("incomingcall") > 0; }, callee,
                               "waiting for the call to come in"))
    return error;
  if (given.kind == "ringing") return std::nullopt;
  const CoreReply reply = callee.request("accept");
  if (reply.kind == CoreReply::Kind::error)
    return fmt::format("{}: accepting the call was refused: {}", callee.name(), reply.text);
  if (Error error = wait_until(
          [&] {
            return caller.sip->call_state() == SipActor::CallState::incall &&
                   callee.times_received("accepted") > 0 && callee.handle()->media_is_up();
          },
          callee, "waiting for the call to be set up and its PeerConnection to come up"))
    return error;
  return contains(given.options, "media flowing") ? let_media_flow(callee, caller) : std::nullopt;
}

/// A packet each way, and again, until both have come through.
FakeWorld::Error FakeWorld::let_media_flow(Browser& browser, Peer& peer) {
  const auto to_peer = peer.media->rtp_received();
  const auto to_browser = browser.handle()->media().rtp_packets;
  return wait_until(
      [&] {
        if (peer.media->rtp_received() > to_peer &&
            browser.handle()->media().rtp_packets > to_browser)
          return true;
        browser.send_rtp();
        if (const auto address = peer.sip->remote_rtp()) peer.media->send_rtp(*address);
        return false;
      },
      browser, "waiting for media to flow both ways");
}

}  // namespace onhook::fakes
