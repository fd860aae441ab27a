// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/sip_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fakes/nua/sip_text.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

/// Of a datagram that is overtaken: less than T1, after which it would be repeated.
constexpr TimeNs kLate = 100 * kMillisecond;
/// Until TCP sends again what was lost.
constexpr TimeNs kSentAgain = 200 * kMillisecond;
constexpr TimeNs kConnectsAgain = kSecond;

}  // namespace

void SipNetwork::attach(Address at, SipEndpoint& endpoint) {
  endpoints_[key(at)] = &endpoint;
  if (open_to_sockets_) listen_at(at);
}

void SipNetwork::open_to_sockets() {
  open_to_sockets_ = true;
  for (const auto& [at, endpoint] : endpoints_)
    listen_at({static_cast<std::uint32_t>(at >> 16), static_cast<std::uint16_t>(at)});
}

void SipNetwork::listen_at(Address at) {
  env_.on_datagram(at, [this, at](Address from, const Bytes& payload) {
    std::string text =
        with_full_names({reinterpret_cast<const char*>(payload.data()), payload.size()});
    const bool is_new = heard_.insert(text).second;
    const std::string_view again = is_new ? "" : verb::kAgainAttribute;
    SipMessagePtr message = parse(std::move(text));
    if (!message) return;  // a keep-alive of two line ends (RFC 5626 section 4.4.1)
    if (message->is_request()) {
      env_.note({"", verb::kSends, fmt::format("{}{}", message->method(), again)});
    } else {
      env_.note({"", verb::kReplies,
                 fmt::format("{}, {}{}", message->status(), message->method(), again)});
    }
    carry(from, at, std::move(message), is_new ? Repetition::no : Repetition::yes);
  });
}

void SipNetwork::disturb(SipDisturbance most) {
  disturbance_ = most;
  if (!most.any()) return;
  const auto disturber = [this](Carrier carrier) {
    return [this, carrier](Address, Address, const Bytes& payload, const auto& arrives) {
      return disturbance_.any() && disturb_one(carrier, payload, arrives);
    };
  };
  env_.intercept_datagrams(disturber(Carrier::datagram));
  env_.intercept_segments(disturber(Carrier::stream));
}

bool SipNetwork::disturb_one(Carrier carrier, const Bytes& payload,
                             const std::function<void()>& arrives) {
  const bool is_stream = carrier == Carrier::stream;
  const bool connects = is_stream && payload.empty();
  std::string text =
      with_full_names({reinterpret_cast<const char*>(payload.data()), payload.size()});
  const SipMessagePtr message = text.find("SIP/2.0") == std::string::npos ? nullptr : parse(text);
  if (message == nullptr && !connects) return false;
  struct Fate {
    unsigned* left;
    std::string_view verb;
  };
  std::vector<Fate> fates;
  for (const Fate& fate :
       {Fate{&disturbance_.losses, verb::kLoses}, Fate{&disturbance_.duplications, verb::kDoubles},
        Fate{&disturbance_.reorderings, verb::kDelays}}) {
    const bool is_possible = !is_stream || fate.left != &disturbance_.duplications;
    if (*fate.left > 0 && is_possible) fates.push_back(fate);
  }
  if (fates.empty()) return false;
  const std::string label = connects ? "connection" : std::string(message->label());
  const unsigned chosen =
      env_.choose("the network and " + label, static_cast<unsigned>(fates.size()) + 1);
  if (chosen == 0) return false;
  const Fate& fate = fates[chosen - 1];
  --*fate.left;
  env_.note({"network", fate.verb, label});
  if (fate.verb == verb::kDoubles) {
    arrives();
    arrives();
  }
  if (fate.verb == verb::kLoses && is_stream)
    env_.after(Window::exactly(connects ? kConnectsAgain : kSentAgain),
               {"network", verb::kDelivers, label}, arrives);
  if (fate.verb == verb::kDelays)
    env_.after(Window::exactly(kLate), {"network", verb::kDelivers, label}, arrives);
  return true;
}

void SipNetwork::detach(Address at) { endpoints_.erase(key(at)); }

void SipNetwork::leave(Address at) {
  detach(at);
  if (!left_.insert(key(at)).second) return;
  for (const auto& [key, endpoint] : std::map(endpoints_)) endpoint->on_left(at);
}

void SipNetwork::add_host(std::string host, Address at) { hosts_[std::move(host)] = at; }

void SipNetwork::add_user(std::string user, Address at) {
  left_.erase(key(at));
  users_[std::move(user)] = at;
}

void SipNetwork::add_tcp_user(const std::string& user, Address at) {
  add_user(user, at);
  tcp_users_.insert(user);
}

std::optional<Address> SipNetwork::address_of_user(std::string_view user) const {
  const auto it = users_.find(user);
  if (it == users_.end()) return std::nullopt;
  return it->second;
}

std::optional<Address> SipNetwork::resolve(std::string_view host, std::uint16_t port) const {
  if (const auto ip = parse_ip(host)) return Address{*ip, port ? port : std::uint16_t{5060}};
  if (const auto it = hosts_.find(host); it != hosts_.end()) {
    Address at = it->second;
    if (port) at.port = port;
    return at;
  }
  return std::nullopt;
}

Address SipNetwork::allocate(std::uint32_t ip) {
  while (endpoints_.contains(key({ip, next_port_}))) next_port_ += 2;
  const Address at{ip, next_port_};
  next_port_ += 2;
  return at;
}

void SipNetwork::set_latency(Address to, Window latency) { latencies_[key(to)] = latency; }

void SipNetwork::send(Address from, Address to, std::string text) {
  const std::string first_line = text.substr(0, text.find('\r'));
  auto message = parse(std::move(text));
  if (!message)
    env_.unmodelled("SIP: sofia-sip cannot parse what was sent: " + first_line + " ...");
  carry(from, to, std::move(message), Repetition::no);
}

void SipNetwork::send_as_it_stands(Address from, Address to, std::string_view text) {
  if (!open_to_sockets_) env_.unmodelled("a datagram on a network without sockets");
  env_.send_datagram(from, to, Bytes(text.begin(), text.end()));
}

void SipNetwork::carry(Address from, Address to, SipMessagePtr message, Repetition repetition) {
  const auto receiver = endpoints_.find(key(to));
  if (receiver == endpoints_.end()) {
    const std::string_view sent = message->text();
    if (open_to_sockets_) env_.send_datagram(from, to, Bytes(sent.begin(), sent.end()));
    return;
  }
  auto& link = links_[{key(from), key(to)}];
  const auto latency = latencies_.find(key(to));
  const bool at_once = latency == latencies_.end() || latency->second.latest == 0;
  if (at_once && link.empty() && receiver->second->arrival() == SipEndpoint::Arrival::is_queued) {
    receiver->second->on_sip(from, message);
    return;
  }
  link.push_back({at_once ? 0 : env_.now(), std::move(message), repetition});
  if (link.size() == 1) schedule_front(from, to);
}

void SipNetwork::schedule_front(Address from, Address to) {
  const Packet& packet = links_[{key(from), key(to)}].front();
  const auto configured = latencies_.find(key(to));
  Window wait = configured == latencies_.end() ? Window{} : configured->second;
  const TimeNs waited = wait.latest > 0 ? env_.now() - packet.sent_at : 0;
  wait.earliest = std::max<TimeNs>(0, wait.earliest - waited);
  wait.latest = std::max<TimeNs>(0, wait.latest - waited);
  const auto receiver = endpoints_.find(key(to));
  const std::string_view name =
      receiver == endpoints_.end() ? std::string_view{} : receiver->second->sip_name();
  std::string label(packet.message->label());
  if (packet.repetition == Repetition::yes) label += verb::kAgainAttribute;
  env_.after(wait, {name, verb::kGets, label}, [this, from, to] { deliver_front(from, to); });
}

void SipNetwork::deliver_front(Address from, Address to) {
  auto& link = links_[{key(from), key(to)}];
  const SipMessagePtr message = std::move(link.front().message);
  link.pop_front();
  if (!link.empty()) schedule_front(from, to);
  const auto receiver = endpoints_.find(key(to));
  if (receiver != endpoints_.end()) receiver->second->on_sip(from, message);
}

SipMessagePtr SipNetwork::parse(std::string text) {
  if (const auto it = parsed_.find(text); it != parsed_.end()) return it->second;
  ++messages_parsed_;
  return SipMessage::parse(std::move(text));
}

void SipNetwork::expect(Address to, const std::string& text) {
  if (parsed_.contains(text)) return;
  const auto message = SipMessage::parse(text);
  if (!message) return;
  parsed_.emplace(text, message);
  const auto receiver = endpoints_.find(key(to));
  if (receiver == endpoints_.end()) return;
  const std::string answer = receiver->second->preview_answer(*message);
  if (answer.empty()) return;
  if (auto parsed = SipMessage::parse(answer)) parsed_.emplace(answer, std::move(parsed));
}

}  // namespace onhook::fakes
