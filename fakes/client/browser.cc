// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/client/browser.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "fakes/core/fake_core.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

/// Same name, same stream (FNV-1a).
std::uint32_t ssrc_of(std::string_view name) {
  std::uint32_t hash = 2166136261u;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

std::string detail_of(std::string_view object, const Browser::Attributes& attributes) {
  std::string detail(object);
  for (const auto& [key, value] : attributes) detail += fmt::format(", {} {}", key, value);
  return detail;
}

}  // namespace

Browser::Browser(Env& env, FakeCore& core, BrowserConfig config, Directory& directory)
    : env_(env),
      core_(core),
      config_(std::move(config)),
      directory_(directory),
      pc_(env.make_flag("pc of " + config_.name, pack({}))),
      audio_(ssrc_of(config_.name)) {}

Browser::Pc Browser::load_pc() const {
  const int value = pc_->load();
  return {static_cast<PcState>(value % 8), value / 8};
}

bool Browser::attach() {
  handle_ = core_.attach(config_.name, *this);
  return handle_ != nullptr;
}

void Browser::set_reactions(std::vector<Reaction> reactions) { reactions_ = std::move(reactions); }

// Instructions and reactions
// -----------------------------------------------------------------------

void Browser::play(std::vector<Instruction> instructions) {
  instructions_ = std::move(instructions);
  if (instructions_.size() > 1) race_start_ = env_.now();
  play_from(0);
}

void Browser::play_from(std::size_t index) {
  if (index == instructions_.size()) return;
  const Instruction& next = instructions_[index];
  const TimeNs elapsed = index == 0 ? 0 : env_.now() - race_start_;
  const Window left{std::max<TimeNs>(0, next.window.earliest - elapsed),
                    std::max<TimeNs>(0, next.window.latest - elapsed)};
  env_.after(left, {config_.name, next.verb, detail_of(next.object, next.attributes)},
             [this, index] {
               const Instruction& due = instructions_[index];
               perform({due.verb, due.object, due.attributes});
               play_from(index + 1);
             });
}

void Browser::perform(const Act& act) {
  if (core_.is_unreachable()) return;
  if (act.verb == verb::kRequests) {
    request(act.object, act.attributes);
  } else if (act.verb == verb::kCloses && act.object == "pc") {
    close_pc();
  } else if (act.verb == verb::kDetaches) {
    detach();
  } else if (act.verb == verb::kSends && (act.object == "rtp" || act.object == "rtcp")) {
    act.object == "rtp" ? send_rtp() : send_rtcp();
  } else if (act.verb != "ignores") {
    env_.unmodelled(fmt::format("browser {}: {} {}", config_.name, act.verb, act.object));
  }
}

// Requests
// -----------------------------------------------------------------------------------------

bool Browser::carries_jsep(std::string_view request) {
  return request == "call" || request == "accept" || request == "progress" || request == "update";
}

CoreReply Browser::request(std::string_view name, const Attributes& attributes) {
  if (!carries_jsep(name)) return send(name, attributes, "", "");
  const Pc before = load_pc();
  ++description_;
  if (!remote_offer_.empty()) {
    const std::string answer = browser_answer(remote_offer_, config_.media, description_);
    CoreReply reply = send(name, attributes, "answer", answer);
    const Pc connecting{PcState::connecting, before.number};
    if (reply.kind != CoreReply::Kind::error && before.state == PcState::offered &&
        change_pc(before, connecting))
      connect_later(before.number);
    // What is answered early is answered again by what accepts the call.
    if (reply.kind != CoreReply::Kind::error && name != "progress") remote_offer_.clear();
    return reply;
  }
  const bool renegotiates = before.state == PcState::up || before.state == PcState::connecting;
  const Pc offering{PcState::offering, before.number};
  if (!renegotiates) pc_->store(pack(offering));
  CoreReply reply = send(name, attributes, "offer", browser_offer(config_.media, description_));
  if (reply.kind == CoreReply::Kind::error && !renegotiates)
    change_pc(offering, {PcState::closed, before.number});
  return reply;
}

CoreReply Browser::send(std::string_view name, const Attributes& attributes,
                        std::string_view jsep_type, const std::string& sdp) {
  json_t* body = request_body(name, config_.name, attributes, directory_);
  json_t* jsep = jsep_type.empty() ? nullptr
                                   : json_pack("{s:s%, s:s}", "type", jsep_type.data(),
                                               jsep_type.size(), "sdp", sdp.c_str());
  requests_.emplace_back(name);
  const std::size_t number = requests_.size();
  CoreReply reply = handle_->message(fmt::format("{}-{}", config_.name, number), body, jsep);
  json_decref(body);
  json_decref(jsep);
  if (reply.kind == CoreReply::Kind::error) {
    last_error_ = reply.text;
    env_.note({config_.name, verb::kReceives,
               fmt::format("core_error, code {}, reason {}", reply.code, reply.text)});
  }
  if (reply.kind == CoreReply::Kind::ack) note_request(verb::kAwaits, number);
  return reply;
}

void Browser::note_request(std::string_view verb, std::size_t number) {
  env_.note({config_.name, verb, fmt::format("{} {}", requests_.at(number - 1), number)});
}

/// An event of the plugin's may carry the transaction of a request.
void Browser::note_transaction(std::string_view transaction) {
  const std::string_view digits = transaction.substr(transaction.rfind('-') + 1);
  std::size_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (number > 0 && number <= requests_.size()) note_request(verb::kAnswered, number);
}

// The PeerConnection
// -------------------------------------------------------------------------------

void Browser::on_event(const CoreEvent& event) {
  events_.emplace_back(event.name);
  note_transaction(event.transaction);
  if (const char* error = json_string_value(json_object_get(event.data, "error")))
    last_error_ = error;
  if (event.name == "registered") note_account(json_object_get(event.data, "result"));
  if (event.jsep_type == "answer") {
    const Pc now = load_pc();
    if (now.state == PcState::offering && change_pc(now, {PcState::connecting, event.pc}))
      connect_later(event.pc);
  } else if (event.jsep_type == "offer") {
    const Pc now = load_pc();
    remote_offer_ = event.sdp;
    const bool renegotiates =
        now.number == event.pc && (now.state == PcState::up || now.state == PcState::connecting);
    if (!renegotiates) pc_->store(pack({PcState::offered, event.pc}));
  } else if (event.name == "webrtc_hangup") {
    const Pc now = load_pc();
    remote_offer_.clear();
    if (now.state != PcState::none && now.state != PcState::offering)
      change_pc(now, {PcState::closed, now.number});
  }
  for (const Reaction& reaction : reactions_) {
    if (reaction.trigger != event.name) continue;
    if (reaction.verb != "ignores")
      env_.after(
          reaction.window,
          {config_.name, reaction.verb, detail_of(reaction.object, reaction.attributes)},
          [this, act = Act{reaction.verb, reaction.object, reaction.attributes}] { perform(act); });
    break;
  }
}

void Browser::note_account(const json_t* registered) {
  const json_t* number = json_object_get(registered, "master_id");
  if (json_is_integer(number)) directory_.accounts[config_.name] = json_integer_value(number);
}

void Browser::connect_later(int pc) {
  env_.after(config_.ice, {config_.name, verb::kConnects, "pc"}, [this, pc] {
    if (change_pc({PcState::connecting, pc}, {PcState::up, pc})) handle_->dtls_up(pc);
  });
}

void Browser::close_pc() {
  const Pc now = load_pc();
  if (now.state == PcState::none || now.state == PcState::closed) return;
  if (!change_pc(now, {PcState::closed, now.number})) return close_pc();
  remote_offer_.clear();
  if (now.state == PcState::up)
    handle_->dtls_alert(now.number);
  else if (now.state == PcState::connecting)
    env_.after(config_.ice_failure, {config_.name, verb::kIceFails, "pc"},
               [this, pc = now.number] { handle_->ice_failed(pc); });
}

void Browser::detach() { handle_->detach(); }

void Browser::send_rtp() { handle_->incoming(PacketKind::rtp, Medium::audio, audio_.next_rtp()); }

void Browser::send_rtcp() {
  handle_->incoming(PacketKind::rtcp, Medium::audio, audio_.sender_report(env_.now()));
}

int Browser::times_received(std::string_view event) const {
  return static_cast<int>(std::count(events_.begin(), events_.end(), event));
}

std::string_view Browser::last_event() const {
  return events_.empty() ? std::string_view{} : std::string_view(events_.back());
}

}  // namespace onhook::fakes
