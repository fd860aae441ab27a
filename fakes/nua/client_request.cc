// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/client_request.h"

#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_util.h>

#include <algorithm>

#include "fakes/nua/user_agent.h"

namespace onhook::fakes {
namespace {

constexpr int kMaxTries = 3;  // NUTAG_RETRY_COUNT's default

/// "<sip:bob@host>;x=y" -> "sip:bob@host".
std::string inner_uri(const std::string& address) {
  const auto open = address.find('<');
  if (open == std::string::npos) return address;
  return address.substr(open + 1, address.find('>') - open - 1);
}

}  // namespace

ClientRequest::ClientRequest(Handle& handle, std::string method, nua_event_t answer, Traits traits,
                             TagList tags, Origin origin)
    : handle_(handle),
      agent_(handle.agent()),
      tags_(std::move(tags)),
      origin_(origin),
      answer_(answer),
      method_(std::move(method)),
      traits_(traits) {}

ClientRequest::~ClientRequest() {
  if (transaction_) transaction_->detach();
}

ClientRequest::Outcome ClientRequest::submit() {
  agent_.use(handle_);
  return enqueue() ? Outcome::under_way : start();
}

/// INVITEs wait for everything before them, other requests for each other, a CANCEL for nothing.
bool ClientRequest::enqueue() {
  auto& queue = handle_.requests;
  status_ = 0;
  queued_ = true;
  if (is_invite() || is_cancel()) {
    const bool waits = is_invite() && !queue.empty();
    queue.push_back(shared_from_this());
    return waits;
  }
  const auto end_of_others = std::find_if(queue.begin(), queue.end(), [](const auto& request) {
    return request->is_invite() || request->is_cancel();
  });
  const bool waits = end_of_others != queue.begin();
  queue.insert(end_of_others, shared_from_this());
  return waits;
}

void ClientRequest::leave_queue() {
  if (!queued_) return;
  queued_ = false;
  const auto keep = shared_from_this();
  std::erase(handle_.requests, keep);
}

ClientRequest::Outcome ClientRequest::start() {
  const auto keep = shared_from_this();
  if (prepared_) return send();
  offer_sent = offer_received = answer_sent = answer_received = false;
  ends_ = Ends::nothing;
  graceful_ = false;
  handle_.apply(tags_.get());
  headers_ = read_headers(handle_.tags().get(), tags_.get());
  if (!headers_.well_formed) return fail(900, "Internal error");
  if (handle_.credentials.known()) handle_.credentials.add(tags_.get());
  if (const auto failure = prepare()) return fail(failure->status, failure->phrase);
  prepared_ = true;
  return send();
}

ClientRequest::Outcome ClientRequest::send_again(Repeat repeat) {
  const auto keep = shared_from_this();
  tries_ = 0;
  challenged_ = false;
  if (queued_) {
    if (repeat == Repeat::last) graceful_ = true;
    return Outcome::under_way;
  }
  if (repeat == Repeat::last) last = true;
  if (enqueue() || handle_.reporting) return Outcome::under_way;
  return send();
}

void ClientRequest::resume(const tagi_t* tags) {
  waiting_ = waits_for_credentials_ = false;
  if (tags) {
    // NUTAG_AUTH is no header; anything else among them is added like the first time.
    const AppHeaders more = read_headers(nullptr, tags);
    headers_.extra += more.extra;
  }
  send();
}

void ClientRequest::refuse_credentials(int status, const char* phrase) {
  waiting_ = waits_for_credentials_ = false;
  respond(status, phrase, nullptr);
}

RequestParts ClientRequest::compose() {
  Dialog& dialog = handle_.dialog;
  const auto origin_of = [this] {
    return headers_.from.empty() ? agent_.default_from() : headers_.from;
  };
  if (traits_.creates_dialog && !dialog.exists) {
    dialog.exists = true;
    dialog.call_id = headers_.call_id.empty() ? agent_.new_call_id() : headers_.call_id;
    dialog.local = origin_of();
    dialog.remote = headers_.to.empty() ? dialog.local : headers_.to;
    dialog.local_tag = agent_.new_tag();
    dialog.cseq = static_cast<std::uint32_t>(agent_.env().random() & 0xffff);
  }
  RequestParts parts;
  parts.method = method_;
  if (dialog.exists) {
    parts.call_id = dialog.call_id;
    parts.from = dialog.local_with_tag();
    parts.to = dialog.remote_with_tag();
    parts.route = dialog.route;
    parts.uri = dialog.target;
    cseq_ = ++dialog.cseq;
  } else {
    if (headers_.call_id.empty()) headers_.call_id = agent_.new_call_id();
    if (cseq_ == 0) cseq_ = static_cast<std::uint32_t>(agent_.env().random() & 0xffff);
    parts.call_id = headers_.call_id;
    parts.from = origin_of() + ";tag=" + agent_.new_tag();
    parts.to = headers_.to;
    ++cseq_;
  }
  parts.cseq = cseq_;
  if (parts.uri.empty())
    parts.uri = headers_.target.empty() ? inner_uri(parts.to) : headers_.target;
  if (traits_.refreshes_target)
    parts.contact = headers_.has_contact ? headers_.contact : agent_.contact_for(handle_);
  parts.extra = headers_.extra + agent_.common_headers();
  parts.content_type = headers_.content_type;
  parts.body = headers_.body;
  return parts;
}

ClientRequest::Outcome ClientRequest::send() {
  const auto keep = shared_from_this();
  ++tries_;
  offer_sent = offer_received = answer_sent = answer_received = false;
  waits_for_credentials_ = false;
  // A REGISTER is for whom it is from; no other request makes a dialog without a To (nua 900, as
  // nta_leg_tcreate() refuses): a REFER of a call of ours that has ended.
  const bool for_nobody = traits_.creates_dialog && !handle_.dialog.exists && !handle_.came &&
                          method_ != "REGISTER" && headers_.to.empty() && headers_.target.empty();
  if (for_nobody) return fail(900, "Internal error");
  RequestParts parts = compose();
  // Neither a dialog, or not any more, nor a To: nobody to send it to. (A handle that came with a
  // request still knows who sent that; what goes there outside the dialog is not modelled.)
  if (parts.uri.empty() && !handle_.came) return fail(900, "Internal error");
  if (const auto failure = complete(parts)) {
    if (restarting_) return Outcome::failed;
    return fail(failure->status, failure->phrase);
  }
  parts.extra += handle_.credentials.authorize(method_, parts.uri, parts.body);
  const Address to = agent_.destination(handle_, parts.uri);
  own(agent_.transact(std::make_shared<ClientTransaction>(agent_, std::move(parts),
                                                          agent_.next_branch(), to, handler())));
  transaction_->start(ClientTransaction::Sending::now);
  on_sent();
  return Outcome::under_way;
}

ClientTransaction::Handler ClientRequest::handler() {
  return [self = weak_from_this()](int status, const std::string& phrase,
                                   const SipMessagePtr& message) {
    if (const auto request = self.lock()) request->respond(status, phrase, message);
  };
}

void ClientRequest::own(std::shared_ptr<ClientTransaction> transaction) {
  transaction_ = std::move(transaction);
  transaction_->keep_alive(shared_from_this());
}

ClientRequest::Outcome ClientRequest::fail(int status, const char* phrase) {
  respond(status, phrase, nullptr);
  return Outcome::failed;
}

void ClientRequest::bind(Usage* to) {
  if (!to) {
    Usage* from = std::exchange(usage, nullptr);
    if (from && from->bound.get() == this) {
      const auto keep = shared_from_this();
      from->bound = nullptr;
    }
    return;
  }
  if (to->bound.get() != this) {
    if (to->bound) to->bound->bind(nullptr);
    to->bound = shared_from_this();
  }
  usage = to;
}

void ClientRequest::respond(int status, const std::string& phrase, const SipMessagePtr& message) {
  if (restarting_) return;
  const auto keep = shared_from_this();
  status_ = status;
  phrase_ = phrase;
  if (status < 200) return on_provisional(message);
  if (message && restarts(message)) return;
  judge(status, message);
  on_final(message);
}

/// What a final response does to the dialog and the usage (RFC 5057).
void ClientRequest::judge(int status, const SipMessagePtr& message) {
  if (status < 300) {
    if (last) {
      ends_ = Ends::usage;
      return;
    }
    if (message && traits_.refreshes_target) handle_.dialog.learn_from_response(*message);
    if (usage && usage->bound.get() == this) usage->ready = true;
    return;
  }
  int gracefully = 1;
  const int terminated = status < 700 ? sip_response_terminates_dialog(
                                            status, sip_method_code(method_.c_str()), &gracefully)
                                      : 0;
  if (terminated < 0)
    ends_ = Ends::dialog;
  else if (last || terminated > 0)
    ends_ = Ends::usage;
  else if (gracefully)
    graceful_ = true;
}

bool ClientRequest::restarts(const SipMessagePtr& message) {
  if (tries_ > kMaxTries) return false;
  const sip_t* sip = message->sip();
  if (status_ == 423 && sip->sip_min_expires &&
      sip->sip_min_expires->me_delta > headers_.expires.value_or(0)) {
    headers_.expires = sip->sip_min_expires->me_delta;
    return restart("Re-Negotiating Expiration");
  }
  const bool challenge = (status_ == 401 && sip->sip_www_authenticate) ||
                         (status_ == 407 && sip->sip_proxy_authenticate);
  if (!challenge) return false;
  bool fresh = false;
  if (!handle_.credentials.challenge(sip, &fresh)) return false;
  const bool refused = std::exchange(challenged_, true) && !fresh;
  if (refused)
    handle_.credentials.clear();
  else if (handle_.credentials.complete())
    return restart("Request Authorized by Cache");
  waiting_ = waits_for_credentials_ = true;
  const auto done = std::exchange(transaction_, nullptr);
  report(message, {});
  done->detach();
  status_ = 0;
  phrase_.clear();
  return true;
}

/// Sends the request once more and reports that with status 100.
bool ClientRequest::restart(const char* phrase) {
  const auto before = std::exchange(transaction_, nullptr);
  const auto ends = std::exchange(ends_, Ends::nothing);
  const bool graceful = std::exchange(graceful_, false);
  restarting_ = true;
  const bool sent = send() == Outcome::under_way;
  restarting_ = false;
  if (!sent) {
    transaction_ = before;
    ends_ = ends;
    graceful_ = graceful;
    return false;
  }
  before->detach();
  status_ = 100;
  phrase_ = phrase;
  report(nullptr, {});
  return true;
}

void ClientRequest::on_provisional(const SipMessagePtr& message) { finish(message); }
void ClientRequest::on_final(const SipMessagePtr& message) { finish(message); }

void ClientRequest::report(const SipMessagePtr& message, TagList tags) {
  handle_.event(answer_, status_, phrase_, message, std::move(tags));
}

void ClientRequest::finish(const SipMessagePtr& message, TagList tags) {
  handle_.reporting = true;
  if ((!is_invite() && status_ >= 200) || status_ >= 300) leave_queue();
  report(message, std::move(tags));
  if (status_ < 200 || (is_invite() && status_ < 300 && !acknowledged_)) {
    handle_.reporting = false;
    return;
  }
  clean();
  if (ends_ == Ends::dialog) {
    handle_.remove_all_usages();
    usage = nullptr;
  } else if (usage) {
    if (ends_ == Ends::usage || (!usage->ready && status_ >= 300 && usage->bound.get() == this)) {
      handle_.remove_usage(usage, this, nullptr);
      usage = nullptr;
    } else if (graceful_) {
      if (handle_.shut_down(usage) == Usage::Ending::gone) usage = nullptr;
    }
  } else if (ends_ == Ends::usage && !handle_.has_usages()) {
    handle_.dialog.end();
  }
  handle_.reporting = false;
  if (is_cancel()) return;
  handle_.start_next(is_invite() ? Handle::Queue::invites : Handle::Queue::others);
}

void ClientRequest::clean() {
  if (!transaction_) return;
  transaction_->detach();
  transaction_ = nullptr;
  acknowledged_ = false;
}

void ClientRequest::abandon() {
  const auto keep = shared_from_this();
  clean();
  leave_queue();
}

}  // namespace onhook::fakes
