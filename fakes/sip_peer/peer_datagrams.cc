// SPDX-License-Identifier: GPL-3.0-or-later
// Text that the peer sends as it stands, for what no user agent would write.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "fakes/sip_peer/sip_peer.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

constexpr std::string_view kReplyBegins = "SIP/2.0";

/// `text` with each "{part}" replaced by what `value_of` says; only what occurs is asked for.
std::string with_parts(std::string text,
                       const std::function<std::string(std::string_view)>& value_of) {
  for (const std::string_view part : kDatagramParts) {
    const std::string word = fmt::format("{{{}}}", part);
    if (text.find(word) == std::string::npos) continue;
    const std::string value = value_of(part);
    for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; at += value.size())
      text.replace(at, word.size(), value);
  }
  return text;
}

}  // namespace

const Datagram* SipPeer::datagram_called(std::string_view name) const {
  const auto found = std::ranges::find(config_.datagrams, name, &Datagram::name);
  return found == config_.datagrams.end() ? nullptr : &*found;
}

bool SipPeer::is_reply(const Reaction& reaction) const {
  const Datagram* datagram =
      reaction.verb == verb::kSends ? datagram_called(reaction.object) : nullptr;
  return datagram != nullptr && datagram->text.starts_with(kReplyBegins);
}

void SipPeer::send_datagram_within(Window window, const Datagram& datagram,
                                   const Attributes& attributes, const ReceivedPtr& answered) {
  const auto has_place = [this, &datagram, attributes, answered] {
    if (datagram.text.starts_with(kReplyBegins)) return answered || latest_received_;
    return attributes.contains("to") || current_call();
  };
  env_.after_unless(
      window, {config_.name, verb::kSends, datagram.name}, [has_place] { return !has_place(); },
      [this, &datagram, attributes, answered] { send_datagram(datagram, attributes, answered); });
}

void SipPeer::send_datagram(const Datagram& datagram, const Attributes& attributes,
                            const ReceivedPtr& answered) {
  if (datagram.text.starts_with(kReplyBegins)) {
    const DialogPtr call = current_call();
    const ReceivedPtr waits = call ? call->invite : nullptr;
    const ReceivedPtr to = answered ? answered : waits ? waits : latest_received_;
    return network_.send_as_it_stands(config_.sip, to->from, filled_in(datagram, *to));
  }
  DialogPtr dialog = current_call();
  const auto to = attributes.find("to");
  if (to != attributes.end()) dialog = begin_dialog(to->second);
  const std::string text = filled_in(datagram, *dialog);
  // An INVITE that can be read is the peer's call from now on: its answer gets an ACK.
  if (text.starts_with("INVITE ")) {
    if (auto invite = SipMessage::parse(text)) dialog->own_invite = std::move(invite);
    if (to != attributes.end()) dialogs_.push_back(dialog);
  }
  network_.send_as_it_stands(config_.sip, dialog->address, text);
}

std::string SipPeer::filled_in(const Datagram& datagram, const Received& answered) {
  const SipMessage& request = *answered.request;
  return with_parts(datagram.text, [&](std::string_view part) -> std::string {
    if (part == "via") return header_value(request.text(), "Via");
    if (part == "from") return header_value(request.text(), "From");
    if (part == "to") {
      const std::string to = header_value(request.text(), "To");
      return request.to_tag().empty() ? fmt::format("{};tag={}", to, answered.to_tag) : to;
    }
    if (part == "call_id") return std::string(request.call_id());
    if (part == "cseq") return std::to_string(request.cseq());
    if (part == "contact") return contact();
    const DialogPtr dialog = current_call();
    if (part == "sdp" && dialog) return make_offer(sdp_of(*dialog, {}));
    return "";
  });
}

std::string SipPeer::filled_in(const Datagram& datagram, Dialog& dialog) {
  return with_parts(datagram.text, [&](std::string_view part) -> std::string {
    if (part == "uri") return dialog.target;
    if (part == "via")
      return fmt::format("SIP/2.0/UDP {};branch={}", address_text(config_.sip), next_branch());
    if (part == "from") return dialog.local;
    if (part == "to") return dialog.remote;
    if (part == "call_id") return dialog.call_id;
    if (part == "cseq") return std::to_string(++dialog.cseq);
    if (part == "contact") return contact();
    return make_offer(sdp_of(dialog, {}));
  });
}

}  // namespace onhook::fakes
