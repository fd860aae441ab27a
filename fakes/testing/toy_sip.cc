// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/testing/toy_sip.h"

#include <fmt/format.h>

namespace onhook::fakes::testing {
namespace {

constexpr Address kSip{0x7f000001, 5060};
constexpr Address kRtp{0x7f000001, 20000};
constexpr Address kPeerRtp{0x7f000001, 6000};

const std::string kSdp =
    "v=0\r\no=toy 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    "m=audio 20000 RTP/AVP 0\r\nc=IN IP4 127.0.0.1\r\na=rtpmap:0 PCMU/8000\r\n";

/// The header lines of `name` in a message, with their line ends.
std::string lines_of(const std::string& text, std::string_view name) {
  std::string lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find("\r\n", at);
    if (end == std::string::npos || end == at) break;
    const std::string line = text.substr(at, end - at);
    if (line.starts_with(std::string(name) + ":")) lines += line + "\r\n";
    at = end + 2;
  }
  return lines;
}

/// Without the name and the line end.
std::string value_of(const std::string& line) {
  return line.substr(line.find(':') + 2, line.size() - line.find(':') - 4);
}

std::string with_body(const std::string& head, const std::string& body) {
  return fmt::format("{}{}Content-Length: {}\r\n\r\n{}", head,
                     body.empty() ? "" : "Content-Type: application/sdp\r\n", body.size(), body);
}

}  // namespace

ToySip::ToySip(BatonEnv& env) : env_(env) {
  plugin.on_message = [this](onhook_handle* handle, const std::string&, json_t* message, json_t*) {
    return on_request(handle, message);
  };
  plugin.on_media = [this](onhook_handle*, bool rtcp, const std::string& packet) {
    if (relays && !rtcp) env_.send_datagram(kRtp, kPeerRtp, Bytes(packet.begin(), packet.end()));
  };
  plugin.on_query = [this](onhook_handle*) {
    return json_pack("{s:s, s:i}", "call_status", status_.c_str(), "established",
                     status_ == "incall" ? 1 : 0);
  };
  env_.on_datagram(kRtp, [this](Address, const Bytes& packet) {
    if (relays)
      plugin.core().relay_rtp(session_->gateway, 0, reinterpret_cast<const char*>(packet.data()),
                              static_cast<int>(packet.size()));
  });
}

void ToySip::listen(SipNetwork& network, const std::string& user) {
  network_ = &network;
  network.attach(kSip, *this);
  network.add_user(user, kSip);
}

int ToySip::on_request(onhook_handle* handle, json_t* message) {
  session_ = handle;
  const std::string request = json_string_value(json_object_get(message, "request"));
  if (request == "register") {
    if (!register_event.empty()) {
      later(register_event, "");
    } else {
      json_t* error = json_pack("{s:s, s:i, s:s}", "sip", "event", "error_code", 446, "error",
                                "no accounts today");
      plugin.core().push_event(handle->gateway, nullptr, error, nullptr);
      json_decref(error);
    }
  } else if (request == "call") {
    target_ = json_string_value(json_object_get(message, "uri"));
    local_ = "<sip:toy@127.0.0.1>;tag=toy";
    remote_ = fmt::format("<{}>", target_);
    call_id_ = "toy-call";
    const std::size_t colon = target_.rfind(':');
    peer_ = {0x7f000001, static_cast<std::uint16_t>(std::stoi(target_.substr(colon + 1)))};
    send_request("INVITE", 1);
  } else if (request == "accept") {
    answer(*invite_, 200, "OK", kSdp);
    status_ = "incall";
    later("accepted", "");
  } else if (request == "hangup") {
    send_request("BYE", 2);
    status_ = "closing";
  }
  return ONHOOK_RESULT_OK_WAIT;
}

void ToySip::later(const std::string& event, const std::string& jsep_type) {
  env_.spawn("sip toy", [this, event, jsep_type] { plugin.push(session_, event, jsep_type); });
}

void ToySip::send_request(const std::string& method, int cseq) {
  network_->send(
      kSip, peer_,
      with_body(fmt::format(
                    "{0} {1} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK{0}\r\n"
                    "Max-Forwards: 70\r\nFrom: {2}\r\nTo: {3}\r\nCall-ID: {4}\r\nCSeq: {5} {0}\r\n"
                    "Contact: <sip:toy@127.0.0.1:5060>\r\n",
                    method, target_, local_, remote_, call_id_, cseq),
                method == "INVITE" ? kSdp : ""));
}

void ToySip::answer(const SipMessage& request, int status, const char* phrase,
                    const std::string& body) {
  std::string to = lines_of(request.text(), "To");
  if (request.to_tag().empty()) to.insert(to.size() - 2, ";tag=toy");
  network_->send(
      kSip, peer_,
      with_body(fmt::format("SIP/2.0 {} {}\r\n{}{}{}{}{}Contact: "
                            "<sip:toy@127.0.0.1:5060>\r\n",
                            status, phrase, lines_of(request.text(), "Via"),
                            lines_of(request.text(), "From"), to,
                            lines_of(request.text(), "Call-ID"), lines_of(request.text(), "CSeq")),
                body));
}

void ToySip::on_sip(Address from, const SipMessagePtr& message) {
  const std::string_view method = message->method();
  if (!message->is_request()) {
    if (method == "BYE") {
      status_ = "idle";
      later("hangup", "");
    } else if (message->status() == 180) {
      later("ringing", "");
    } else if (message->status() == 200) {
      remote_ = value_of(lines_of(message->text(), "To"));
      send_request("ACK", 1);
      status_ = "incall";
      later("accepted", "answer");
    }
  } else if (method == "INVITE") {
    peer_ = from;
    invite_ = message;
    target_ = fmt::format("sip:127.0.0.1:{}", from.port);
    local_ = value_of(lines_of(message->text(), "To")) + ";tag=toy";
    remote_ = value_of(lines_of(message->text(), "From"));
    call_id_ = message->call_id();
    for (const auto& handle : plugin.handles) session_ = handle.get();
    answer(*message, 180, "Ringing", "");
    later("incomingcall", "offer");
  } else if (method == "BYE") {
    answer(*message, 200, "OK", "");
    status_ = "idle";
    later("hangup", "");
  }
}

}  // namespace onhook::fakes::testing
