// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/web_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "e2e/failure.h"
#include "e2e/main_loop.h"
#include "fakes/client/browser_sdp.h"
#include "fakes/core/event_detail.h"
#include "fakes/vocabulary.h"

namespace onhook::e2e {
namespace {

namespace verb = fakes::verb;
constexpr TimeNs kPatience = 10'000'000'000;
constexpr guint kKeepaliveSeconds = 25;
constexpr std::uint32_t kSsrc = 0x0a11ce;

bool carries_jsep(std::string_view request) { return request == "call" || request == "accept"; }

}  // namespace

WebClient::WebClient(std::string name, const std::string& socket_path, Recorder& recorder,
                     fakes::Directory& directory)
    : name_(std::move(name)),
      recorder_(recorder),
      directory_(directory),
      link_(socket_path, [this](const json_t* text) { handle_message(text); }),
      audio_(kSsrc) {
  const std::string create = next_transaction();
  to_.session = ask_for_id(create_session(create), create, "a session");
  const std::string attach = next_transaction();
  to_.handle = ask_for_id(attach_plugin(attach, to_.session, "janus.plugin.sip"), attach,
                          "a handle of the SIP plugin");
  keepalive_ = g_timeout_add_seconds(
      kKeepaliveSeconds,
      [](gpointer data) -> gboolean {
        auto* client = static_cast<WebClient*>(data);
        guarded([&] {
          client->link_.send(keepalive(client->next_transaction(), client->to_.session));
        });
        return G_SOURCE_CONTINUE;
      },
      this);
}

WebClient::~WebClient() {
  if (keepalive_ != 0) g_source_remove(keepalive_);
}

json_int_t WebClient::ask_for_id(const Json& message, const std::string& transaction,
                                 std::string_view what) {
  link_.send(message);
  wait_until([&] { return answers_.contains(transaction); }, kPatience,
             fmt::format("{}: waiting for {}", name_, what));
  const JanusMessage& answer = answers_.at(transaction);
  if (answer.kind == JanusMessage::Kind::error)
    throw Failure("{}: the server refuses {}: {}", name_, what, answer.reason);
  return answer.id;
}

// Requests
// -----------------------------------------------------------------------------------------------

void WebClient::request(const std::string& name, const Attributes& attributes) {
  std::string jsep_type;
  std::string sdp;
  if (carries_jsep(name)) {
    jsep_type = remote_offer_.empty() ? "offer" : "answer";
    make_pc(jsep_type == "offer" ? PeerConnection::Side::offers : PeerConnection::Side::answers);
    sdp = describe();
  }
  Json body(fakes::request_body(name, name_, attributes, directory_));
  const std::string transaction = next_transaction();
  requests_[transaction] = fmt::format("{} {}", name, requests_.size() + 1);
  link_.send(plugin_message(transaction, to_, std::move(body), jsep_type, sdp));
  if (jsep_type.empty()) return;
  if (jsep_type == "answer") {
    pc_->set_remote(*read_transport(remote_offer_));
    remote_offer_.clear();
  }
  pc_->gather();
}

void WebClient::make_pc(PeerConnection::Side side) {
  media_is_up_ = false;
  pc_ = std::make_unique<PeerConnection>(
      side, PeerConnection::Events{[this](const std::string& candidate) {
                                     link_.send(trickle(next_transaction(), to_, candidate));
                                   },
                                   [this] { recorder_.record(name_, verb::kConnects, "pc"); },
                                   [this](const fakes::Bytes& packet) {
                                     if (fakes::is_rtcp(packet)) return;
                                     // Media that goes on is one fact.
                                     if (packets_heard_++ == 0)
                                       recorder_.record(name_, verb::kHears, "rtp");
                                   }});
}

std::string WebClient::describe() {
  ++descriptions_;
  const auto media = fakes::BrowserMedia::audio;
  const std::string sdp = remote_offer_.empty()
                              ? fakes::browser_offer(media, descriptions_)
                              : fakes::browser_answer(remote_offer_, media, descriptions_);
  TransportDescription transport = pc_->local();
  transport.source = fmt::format("{} cname:{}", audio_.ssrc(), name_);
  return with_transport(sdp, transport);
}

void WebClient::close_pc() {
  if (pc_) pc_->close();
}

void WebClient::send_rtp() {
  if (pc_) pc_->send(audio_.next_rtp());
}

// What the server says
// -----------------------------------------------------------------------------------------------

void WebClient::note_request(std::string_view verb, const std::string& transaction) {
  const auto request = requests_.find(transaction);
  if (request != requests_.end()) recorder_.record(name_, verb, request->second);
}

void WebClient::handle_message(const json_t* text) {
  using Kind = JanusMessage::Kind;
  const auto message = read_message(text);
  if (!message) throw Failure("{}: the server sent what is no message of its API", name_);
  switch (message->kind) {
    case Kind::ack:
      return note_request(verb::kAwaits, message->transaction);
    case Kind::error:
      last_error_ = message->reason;
      if (requests_.contains(message->transaction))
        recorder_.record(
            name_, verb::kReceives,
            fmt::format("core_error, code {}, reason {}", message->code, message->reason));
      [[fallthrough]];
    case Kind::success:
      answers_[message->transaction] = *message;
      answers_[message->transaction].data = nullptr;
      return;
    case Kind::event:
      return handle_event(*message);
    case Kind::webrtc:
      return handle_webrtc(*message);
    case Kind::other:
      return;
  }
}

void WebClient::handle_event(const JanusMessage& message) {
  const std::string event(fakes::event_name(message.data));
  recorder_.record(name_, verb::kReceives, fakes::event_detail(message.data, message.jsep_type));
  note_request(verb::kAnswered, message.transaction);
  events_.push_back(event);
  const std::string error = text_member(message.data, "error");
  if (!error.empty()) last_error_ = error;
  if (message.jsep_type == "offer") remote_offer_ = message.sdp;
  const auto transport = read_transport(message.sdp);
  if (!message.jsep_type.empty() && !transport)
    throw Failure("{}: the server's {} says nothing of ICE and DTLS", name_, message.jsep_type);
  if (message.jsep_type == "answer" && pc_) pc_->set_remote(*transport);
  if (handler_) handler_(event);
}

void WebClient::handle_webrtc(const JanusMessage& message) {
  std::string event = message.name;
  std::string detail = event;
  if (event == "webrtcup") media_is_up_ = true;
  if (event == "hangup") {
    // The core tells it when it has ended the PeerConnection.
    recorder_.record("core loop " + name_, "core_loop", name_, verb::kPcCloses, message.reason);
    event = "webrtc_hangup";
    detail = fmt::format("{}, reason {}", event, message.reason);
    media_is_up_ = false;
    remote_offer_.clear();
  }
  recorder_.record(name_, verb::kReceives, detail);
  events_.push_back(event);
  if (handler_) handler_(event);
}

int WebClient::times_received(std::string_view event) const {
  return static_cast<int>(std::ranges::count(events_, event));
}

const std::string& WebClient::last_event() const {
  static const std::string kNone;
  return events_.empty() ? kNone : events_.back();
}

}  // namespace onhook::e2e
