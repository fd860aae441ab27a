// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "fakes/core/fake_handle.h"
#include "fakes/nua/fake_nua.h"
#include "fakes/sip_peer/sip_peer.h"
#include "fakes/sofia/sofia_nua.h"
#include "fakes/sofia/sofia_peer.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

/// Members of the plugin's answer to query_session that laws may watch.
constexpr std::array kObservedMembers = {"call_status", "registration_status", "establishing",
                                         "established", "hangingup",           "destroyed",
                                         "helpers"};

/// What a SIP peer can send without a call, and so to somebody.
constexpr std::array<std::string_view, 3> kStartsAlone = {"INVITE", "MESSAGE", "OPTIONS"};

bool contains(std::span<const std::string_view> words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Of a browser's account that no registrar knows.
std::string guest_uri(std::string_view name) { return fmt::format("sip:{}@127.0.0.1", name); }

bool has_video(const Script& script) {
  for (const GivenSpec& given : script.given)
    for (const std::string& option : given.options)
      if (option == "video") return true;
  return false;
}

std::unique_ptr<NuaApi> make_nua(Env& env, SipStack stack) {
  if (stack == SipStack::sofia) return std::make_unique<SofiaNua>(env);
  return std::make_unique<FakeNua>(env);
}

std::unique_ptr<SipActor> make_peer(ActorKind kind, Env& env, SipNetwork& network,
                                    SipPeerConfig config) {
  if (kind == ActorKind::sofia_peer)
    return std::make_unique<SofiaPeer>(env, network, std::move(config));
  return std::make_unique<SipPeer>(env, network, std::move(config));
}

template <typename Rule>
std::vector<Rule> of_actor(const std::vector<Rule>& rules, std::string_view actor) {
  std::vector<Rule> own;
  for (const Rule& rule : rules)
    if (rule.actor == actor) own.push_back(rule);
  return own;
}

}  // namespace

FakeWorld::FakeWorld(Env& env, const onhook_plugin_ops& plugin, Script script, WorldConfig config)
    : env_(env),
      script_(std::move(script)),
      config_(std::move(config)),
      nua_(make_nua(env, script_.sip)),
      core_(std::make_unique<FakeCore>(env, plugin, config_.rules, config_.log_level)) {
  NuaApi::make_current(nua_.get());
  const BrowserMedia media =
      has_video(script_) ? BrowserMedia::audio_and_video : BrowserMedia::audio;
  for (const ActorSpec& actor : script_.actors) {
    if (actor.kind == ActorKind::browser) {
      browsers_.push_back(std::make_unique<Browser>(
          env_, *core_, BrowserConfig{.name = actor.name, .media = media}, directory_));
      directory_.uris[actor.name] = guest_uri(actor.name);
      continue;
    }
    if (actor.kind == ActorKind::core) continue;
    const auto offset = static_cast<std::uint16_t>(10 * peers_.size());
    const Address sip{config_.ip, static_cast<std::uint16_t>(config_.sip_port + offset)};
    const Address rtp{config_.ip, static_cast<std::uint16_t>(config_.rtp_port + offset)};
    peers_.push_back(
        {actor.name,
         make_peer(actor.kind, env_, nua_->network(),
                   {.name = actor.name,
                    .sip = sip,
                    .rtp = rtp,
                    .password = "",
                    .datagrams = script_.datagrams}),
         std::make_unique<MediaEndpoint>(env_, actor.name, rtp, 0x51900000u + offset)});
    peers_.back().sip->use_media(*peers_.back().media);
    directory_.uris[actor.name] = peers_.back().sip->uri();
    if (directory_.default_peer.empty()) directory_.default_peer = actor.name;
  }
}

FakeWorld::~FakeWorld() { NuaApi::make_current(nullptr); }

FakeWorld::Error FakeWorld::init() {
  if (Error error = check(script_)) return error;
  if (const int result = core_->start(config_.config_folder); result != 0)
    return fmt::format("the plugin's init() returned {}", result);
  for (const auto& browser : browsers_)
    if (!browser->attach())
      return fmt::format("the plugin refused to create a session for {}", browser->name());
  return std::nullopt;
}

void FakeWorld::start() {
  nua_->network().disturb(script_.disturbance);
  for (const auto& browser : browsers_)
    browser->set_reactions(of_actor(script_.reactions, browser->name()));
  for (const Peer& peer : peers_)
    peer.sip->set_reactions(addressed(of_actor(script_.reactions, peer.name)));
  for (const auto& browser : browsers_)
    browser->play(of_actor(script_.instructions, browser->name()));
  for (const Instruction& instruction : script_.instructions)
    if (instruction.verb == verb::kShuts) shut_down(instruction);
  for (const Peer& peer : peers_)
    for (const Instruction& instruction : addressed(of_actor(script_.instructions, peer.name)))
      peer.sip->play(instruction);
}

void FakeWorld::shut_down(const Instruction& instruction) {
  std::string detail = instruction.object;
  for (const auto& [key, value] : instruction.attributes)
    detail += fmt::format(", {} {}", key, value);
  const auto transport = instruction.attributes.find("transport");
  const bool http = transport != instruction.attributes.end() && transport->second == "http";
  env_.after(instruction.window, {instruction.actor, verb::kShuts, detail},
             [this, actor = instruction.actor, http] {
               core_->shut_down(actor, http ? ClientTransport::http : ClientTransport::websockets);
             });
}

template <typename Rule>
std::vector<Rule> FakeWorld::addressed(std::vector<Rule> rules) {
  for (Rule& rule : rules) {
    const auto to = rule.attributes.find("to");
    if (to != rule.attributes.end()) {
      if (const Browser* named = browser(to->second)) to->second = guest_uri(named->name());
    } else if (!browsers_.empty() && contains(kStartsAlone, rule.object)) {
      rule.attributes["to"] = guest_uri(browsers_.front()->name());
    }
  }
  return rules;
}

std::string FakeWorld::call_status(const json_t* session) const {
  const char* status = json_string_value(json_object_get(session, "call_status"));
  return status == nullptr ? "gone" : status;
}

void FakeWorld::observe() {
  for (const auto& browser : browsers_) {
    const auto observed = [&](const std::string& what) {
      env_.note({browser->name(), verb::kObserved, what});
    };
    json_t* session = browser->handle()->query();
    env_.note({browser->name(), verb::kStatus,
               fmt::format("{} -> {}", status_[browser->name()], call_status(session))});
    if (session == nullptr) observed("session gone");
    for (const char* member : kObservedMembers) {
      const json_t* value = json_object_get(session, member);
      if (json_is_string(value))
        observed(fmt::format("{} {}", member, json_string_value(value)));
      else if (json_is_integer(value))
        observed(fmt::format("{} {}", member, json_integer_value(value)));
    }
    json_decref(session);
    observed(browser->handle()->has_pc() ? "pc open" : "pc closed");
  }
  for (const Peer& peer : peers_)
    env_.note({peer.name, verb::kObserved, fmt::format("open_calls {}", peer.sip->open_calls())});
  env_.note({"nua", verb::kObserved, fmt::format("calls {}", nua_->calls())});
  env_.note({"nua", verb::kObserved, fmt::format("handles {}", nua_->handles())});
}

FakeWorld::Peer* FakeWorld::find_peer(std::string_view name) {
  for (Peer& peer : peers_)
    if (peer.name == name) return &peer;
  return nullptr;
}

Browser* FakeWorld::browser(std::string_view name) {
  for (const auto& browser : browsers_)
    if (browser->name() == name) return browser.get();
  return nullptr;
}

SipActor* FakeWorld::peer(std::string_view name) {
  Peer* peer = find_peer(name);
  return peer == nullptr ? nullptr : peer->sip.get();
}

MediaEndpoint* FakeWorld::media(std::string_view peer_name) {
  Peer* peer = find_peer(peer_name);
  return peer == nullptr ? nullptr : peer->media.get();
}

FakeHandle* FakeWorld::handle(std::string_view browser_name) {
  Browser* found = browser(browser_name);
  return found == nullptr ? nullptr : found->handle();
}

}  // namespace onhook::fakes
