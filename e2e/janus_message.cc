// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/janus_message.h"

namespace onhook::e2e {

Json create_session(const std::string& transaction) {
  return Json(json_pack("{s:s, s:s}", "janus", "create", "transaction", transaction.c_str()));
}

Json attach_plugin(const std::string& transaction, json_int_t session, const char* plugin) {
  return Json(json_pack("{s:s, s:s, s:I, s:s}", "janus", "attach", "transaction",
                        transaction.c_str(), "session_id", session, "plugin", plugin));
}

Json keepalive(const std::string& transaction, json_int_t session) {
  return Json(json_pack("{s:s, s:s, s:I}", "janus", "keepalive", "transaction", transaction.c_str(),
                        "session_id", session));
}

Json plugin_message(const std::string& transaction, Handle to, Json body,
                    const std::string& jsep_type, const std::string& sdp) {
  Json message(json_pack("{s:s, s:s, s:I, s:I, s:o}", "janus", "message", "transaction",
                         transaction.c_str(), "session_id", to.session, "handle_id", to.handle,
                         "body", body.release()));
  if (!jsep_type.empty())
    json_object_set_new(message.get(), "jsep",
                        json_pack("{s:s, s:s}", "type", jsep_type.c_str(), "sdp", sdp.c_str()));
  return message;
}

Json trickle(const std::string& transaction, Handle to, const std::string& candidate) {
  json_t* content = candidate.empty() ? json_pack("{s:b}", "completed", 1)
                                      : json_pack("{s:s, s:i, s:s}", "sdpMid", "0", "sdpMLineIndex",
                                                  0, "candidate", candidate.c_str());
  return Json(json_pack("{s:s, s:s, s:I, s:I, s:o}", "janus", "trickle", "transaction",
                        transaction.c_str(), "session_id", to.session, "handle_id", to.handle,
                        "candidate", content));
}

std::optional<JanusMessage> read_message(const json_t* message) {
  using Kind = JanusMessage::Kind;
  JanusMessage out;
  out.name = text_member(message, "janus");
  if (out.name.empty()) return std::nullopt;
  out.transaction = text_member(message, "transaction");
  if (out.name == "ack") {
    out.kind = Kind::ack;
  } else if (out.name == "success") {
    out.kind = Kind::success;
    out.id = json_integer_value(json_object_get(json_object_get(message, "data"), "id"));
  } else if (out.name == "error") {
    const json_t* error = json_object_get(message, "error");
    out.kind = Kind::error;
    out.code = static_cast<long>(json_integer_value(json_object_get(error, "code")));
    out.reason = text_member(error, "reason");
  } else if (out.name == "event") {
    out.kind = Kind::event;
    out.data = json_object_get(json_object_get(message, "plugindata"), "data");
    const json_t* jsep = json_object_get(message, "jsep");
    out.jsep_type = text_member(jsep, "type");
    out.sdp = text_member(jsep, "sdp");
  } else if (out.name == "webrtcup" || out.name == "hangup" || out.name == "detached" ||
             out.name == "timeout") {
    out.kind = Kind::webrtc;
    out.reason = text_member(message, "reason");
  }
  return out;
}

}  // namespace onhook::e2e
