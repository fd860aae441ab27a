// SPDX-License-Identifier: GPL-3.0-or-later
// Offers and answers on their way through the core, in both directions (janus.c: the "message"
// request, janus_plugin_push_event and janus_plugin_handle_sdp; ice.c: janus_ice_setup_local).
// The SDP itself passes unchanged: clients of the fakes write it as the core would hand it on.
#include <fmt/format.h>

#include <mutex>

#include "fakes/core/error_codes.h"
#include "fakes/core/event_detail.h"
#include "fakes/core/event_reads.h"
#include "fakes/core/fake_core.h"
#include "fakes/core/fake_handle.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

constexpr TimeNs kCleaningPoll = 100 * kMillisecond;
constexpr int kCleaningPolls = 30;

std::string_view text_in(const json_t* object, const char* key) {
  const char* text = json_string_value(json_object_get(object, key));
  return text == nullptr ? std::string_view{} : std::string_view(text);
}

CoreReply failure(int code, std::string_view text) {
  return {.kind = CoreReply::Kind::error, .code = code, .text = std::string(text)};
}

/// What every SDP parser asks for first (RFC 8866, section 5).
bool looks_like_sdp(std::string_view sdp) {
  return sdp.starts_with("v=0") && sdp.find("\no=") != std::string_view::npos;
}

/// An a=msid line of a stream needs two words (RFC 8830, section 2), for the core at least.
bool has_bad_msid(std::string_view sdp) {
  constexpr std::string_view kLine = "\na=msid:";
  for (std::size_t at = sdp.find(kLine); at != std::string_view::npos;
       at = sdp.find(kLine, at + 1)) {
    std::string_view value = sdp.substr(at + kLine.size());
    value = value.substr(0, value.find_first_of("\r\n"));
    if (value.find(' ') == std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

FakeHandle::Cleaned FakeHandle::wait_until_cleaned() {
  for (int polls = 0; cleaning_->load() != 0; ++polls) {
    if (polls == kCleaningPolls) return Cleaned::still_cleaning;
    env_.sleep(Window::exactly(kCleaningPoll), "the PeerConnection before is still cleaned up");
  }
  return Cleaned::yes;
}

/// With mutex_ held. False if there is a PeerConnection already, or no handle any more.
bool FakeHandle::setup_local() {
  if (destroyed_->load() != 0 || agent_) return false;
  env_.step({actor_, verb::kPcOpens, ""});
  if (core_.rules().close_pc == CoreRules::ClosePc::queues_once) closepc_->store(0);
  alert_->store(0);
  cleaning_->store(0);
  agent_ = true;
  ++pc_;
  return true;
}

// From the client --------------------------------------------------------------------------------

CoreReply FakeHandle::accept_jsep(std::string_view type, std::string_view sdp) {
  if (wait_until_cleaned() == Cleaned::still_cleaning)
    return failure(kErrorWebrtcState, "Still cleaning a previous session");
  const int before = negotiation_->load();
  const std::lock_guard lock(mutex_);
  if (type == "offer") {
    negotiation_->store((before & kNegotiated) | kGotOffer);
  } else if (type == "answer") {
    negotiation_->store(before | kGotAnswer | ((before & kGotOffer) != 0 ? kNegotiated : 0));
  } else {
    return failure(kErrorJsepUnknownType,
                   fmt::format("JSEP error: unknown message type '{}'", type));
  }
  if (!looks_like_sdp(sdp)) return failure(kErrorJsepInvalidSdp, "Error parsing SDP");
  if ((before & kNegotiated) != 0) {
    if (!agent_) return failure(kErrorUnexpectedAnswer, "Error processing SDP");
  } else if (type == "offer") {
    if (!setup_local()) return failure(kErrorUnknown, "Error setting ICE locally");
  } else if (!agent_) {
    return failure(kErrorUnexpectedAnswer, "Unexpected ANSWER (did we offer?)");
  }
  return {.pc = pc_, .update = (before & kNegotiated) != 0};
}

CoreReply FakeHandle::message(std::string_view transaction, const json_t* body,
                              const json_t* jsep) {
  CoreReply reply;
  const std::string_view type = text_in(jsep, "type");
  const std::string_view sdp = text_in(jsep, "sdp");
  if (jsep != nullptr) {
    reply = accept_jsep(type, sdp);
    if (reply.kind == CoreReply::Kind::error) return reply;
  }
  if (stopped_->load() != 0)
    return failure(kErrorPluginMessage, "No plugin to handle this message");
  onhook_handle* const session = session_;
  hold();
  json_t* passed_jsep = nullptr;
  if (jsep != nullptr) {
    {
      const std::lock_guard lock(mutex_);
      if (!agent_) {
        release();
        return failure(kErrorWebrtcState, "Invalid PeerConnection");
      }
    }
    passed_jsep =
        json_pack("{s:s%, s:s%}", "type", type.data(), type.size(), "sdp", sdp.data(), sdp.size());
    if (reply.update) json_object_set_new(passed_jsep, "update", json_true());
  }
  const char* text = nullptr;
  json_t* content = nullptr;
  const int result =
      plugin_.handle_message(session, std::string(transaction).c_str(),
                             json_incref(const_cast<json_t*>(body)), passed_jsep, &text, &content);
  if (result == ONHOOK_RESULT_OK && !json_is_object(content)) {
    reply = failure(kErrorPluginMessage,
                    "Plugin didn't provide any content for this synchronous "
                    "response");
  } else if (result == ONHOOK_RESULT_OK) {
    reply.kind = CoreReply::Kind::success;
  } else if (result != ONHOOK_RESULT_OK_WAIT) {
    reply = failure(kErrorPluginMessage, text != nullptr ? text : "Plugin returned a severe error");
  }
  json_decref(content);
  release();
  return reply;
}

// From the plugin --------------------------------------------------------------------------------

std::string FakeHandle::copy_of(const char* transaction) {
  if (transaction == nullptr) return {};
  EventReads given;
  given.add_text(transaction);
  env_.reads(given.memory());
  return transaction;
}

/// Number of the PeerConnection that the offer or answer belongs to, or 0: it cannot be sent.
int FakeHandle::send_jsep(std::string_view type, std::string_view sdp) {
  const int before = negotiation_->load();
  if (type == "offer") {
    negotiation_->store((before & kNegotiated) | kGotOffer);
  } else if (type == "answer") {
    negotiation_->store(before | kGotAnswer | ((before & kGotOffer) != 0 ? kNegotiated : 0));
  } else {
    return 0;
  }
  if (!looks_like_sdp(sdp)) return 0;
  if (type == "offer") {
    if (wait_until_cleaned() == Cleaned::still_cleaning) return 0;
    const std::lock_guard lock(mutex_);
    if (!agent_ && !setup_local()) return 0;
  }
  std::unique_lock lock(mutex_);
  if (type == "answer" && has_bad_msid(sdp)) {
    if (core_.rules().refused_answer == CoreRules::RefusedAnswer::keeps_mutex) lock.release();
    return 0;
  }
  return agent_ ? pc_ : 0;
}

/// The transaction is read last, when an offer has waited for what is left of the PeerConnection
/// before: until then whoever owns it may free it.
int FakeHandle::push_event(const char* transaction, const json_t* message, const json_t* jsep) {
  if (message == nullptr) return -1;
  if (stopped_->load() != 0) return -2;
  EventReads given;
  given.add_json(message);
  given.add_json(jsep);
  env_.reads(given.memory());
  if (!json_is_object(message)) return kErrorInvalidJsonObject;
  const std::string_view type = text_in(jsep, "type");
  const std::string_view sdp = text_in(jsep, "sdp");
  hold();
  int result = 0;
  int pc = 0;
  if (!type.empty() && jsep != nullptr && json_object_get(jsep, "sdp") != nullptr) {
    pc = send_jsep(type, sdp);
    if (pc == 0)
      result = stopped_->load() != 0 || alert_->load() != 0 ? kErrorHandleNotFound
                                                            : kErrorJsepInvalidSdp;
  }
  if (result == 0) {
    const std::string copied = copy_of(transaction);
    tell_client({.name = event_name(message),
                 .transaction = copied,
                 .data = message,
                 .reason = {},
                 .jsep_type = pc == 0 ? std::string_view{} : type,
                 .sdp = pc == 0 ? std::string_view{} : sdp,
                 .pc = pc},
                event_detail(message, pc == 0 ? std::string_view{} : type));
  }
  release();
  return result;
}

}  // namespace onhook::fakes
