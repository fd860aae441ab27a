// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/nua/server_request.h"

#include <sofia-sip/sip_util.h>

#include <algorithm>

#include "fakes/nua/call_server.h"
#include "fakes/nua/event_server.h"
#include "fakes/nua/user_agent.h"

namespace onhook::fakes {

ServerRequest::ServerRequest(UserAgent& agent, nua_event_t event, Traits traits,
                             SipMessagePtr request, Address from, Place place)
    : agent_(agent),
      request_(std::move(request)),
      from_(from),
      place_(place),
      event_(event),
      traits_(traits),
      method_(request_->method()) {}

ServerRequest::~ServerRequest() = default;

void ServerRequest::process(Handle* handle) {
  const auto keep = shared_from_this();
  handle_ = handle;
  to_tag_ = handle_ && handle_->dialog.exists ? handle_->dialog.local_tag : agent_.new_tag();
  init();
  if (!handle_ && status_ < 300) {
    handle_ = &agent_.make_handle(nullptr, nullptr);
    handle_->came = true;
    agent_.use(*handle_);
    handle_->apply(nullptr);
    if (traits_.creates_dialog) {
      Dialog& dialog = handle_->dialog;
      dialog.exists = true;
      dialog.call_id = request_->call_id();
      dialog.local = "<" + uri_of(request_->sip()->sip_to->a_url) + ">";
      dialog.remote = "<" + uri_of(request_->sip()->sip_from->a_url) + ">";
      dialog.local_tag = to_tag_;
      dialog.cseq = static_cast<std::uint32_t>(agent_.env().random() & 0xffff);
    }
  }
  if (status_ < 300) preprocess();
  if (status_ < 300 && traits_.refreshes_target && handle_->dialog.exists)
    handle_->dialog.learn_from_request(*request_);
  const auto& own = agent_.settings().application_methods;
  if (status_ == 100 && std::find(own.begin(), own.end(), method_) == own.end()) {
    if (method_ == "REFER")
      answer(202, "Accepted");
    else
      answer(200, "OK");
  }
  if (handle_ && status_ < (method_ == "INVITE" ? 300 : 200)) handle_->served.push_front(keep);
  if (status_ > 100) {
    respond({});
  } else if (method_ == "INVITE") {
    agent_.reply(*request_, from_, 100,
                 compose_response(*request_, {.status = 100,
                                              .phrase = {},
                                              .to_tag = {},
                                              .contact = {},
                                              .extra = agent_.common_headers(),
                                              .content_type = {},
                                              .body = {}}));
  }
  if (handle_) report();
}

void ServerRequest::answer(int status, std::string_view phrase) {
  status_ = status;
  phrase_ = phrase;
}

void ServerRequest::respond(const TagList& tags) {
  ResponseParts parts;
  const AppHeaders headers = read_headers(nullptr, tags.get());
  parts.extra = headers.extra;
  parts.content_type = headers.content_type;
  parts.body = headers.body;
  if (traits_.adds_contact && status_ < 300)
    parts.contact = headers.has_contact ? headers.contact : agent_.contact_for(*handle_);
  const int terminates =
      sip_response_terminates_dialog(status_, request_->sip()->sip_cseq->cs_method, nullptr);
  if (terminates != 0) terminating = true;
  complete(parts, tags);
  parts.extra += agent_.common_headers();
  parts.status = status_;
  parts.phrase = phrase_;
  parts.to_tag = to_tag_;
  if (status_ >= 200) final_sent_ = true;
  agent_.reply(*request_, from_, status_, compose_response(*request_, parts));
  on_responded();
}

void ServerRequest::respond_for_application(int status, const std::string& phrase,
                                            const TagList& tags) {
  const auto keep = shared_from_this();
  application_ = status;
  handle_->apply(tags.get());
  answer(status, phrase);
  respond(tags);
  report();
}

ServerRequest::Reported ServerRequest::report() { return report_base(); }

ServerRequest::Reported ServerRequest::report_base() {
  const auto keep = shared_from_this();
  const bool first = !reported_;
  if (application_ != 0) {
    if (application_ != status_) handle_->event(nua_i_error, status_, phrase_);
    application_ = 0;
  } else if (status_ < 300 && !reported_) {
    reported_ = true;
    handle_->event(event_, status_, phrase_, request_, event_tags());
  }
  if (status_ < 200 || (method_ == "INVITE" && status_ < 300)) return Reported::lives;

  const bool initial = place_ == Place::initial;
  int terminated = 0;
  if (initial && status_ >= 300)
    terminated = 1;
  else if (terminating && status_ < 300)
    terminated = 1;
  else
    terminated =
        sip_response_terminates_dialog(status_, request_->sip()->sip_cseq->cs_method, nullptr);
  if (usage && terminated) handle_->remove_usage(usage, nullptr, this);
  drop();
  if (!terminated) return Reported::done;
  if (!initial) {
    if (terminated < 0) handle_->remove_all_usages();
  } else if (first && !reported_) {
    // The application has never heard of this handle.
    handle_->destroy();
  }
  return Reported::terminated;
}

void ServerRequest::drop() {
  const auto keep = shared_from_this();
  if (method_ == "BYE" && status_ < 200) {
    answer(200, "OK");
    respond({});
  }
  if (handle_) std::erase(handle_->served, keep);
}

std::shared_ptr<ServerRequest> make_server_request(UserAgent& agent, const SipMessagePtr& message,
                                                   Address from, ServerRequest::Place place) {
  const std::string_view method = message->method();
  if (method == "INVITE") return std::make_shared<InviteServer>(agent, message, from, place);
  if (method == "BYE") return std::make_shared<ByeServer>(agent, message, from, place);
  if (method == "NOTIFY") return std::make_shared<NotifyServer>(agent, message, from, place);
  if (method == "REFER") return std::make_shared<ReferServer>(agent, message, from, place);
  if (method == "INFO")
    return std::make_shared<ServerRequest>(
        agent, nua_i_info, ServerRequest::Traits{.only_in_dialog = true}, message, from, place);
  if (method == "MESSAGE")
    return std::make_shared<ServerRequest>(agent, nua_i_message, ServerRequest::Traits{}, message,
                                           from, place);
  if (method == "OPTIONS")
    return std::make_shared<ServerRequest>(
        agent, nua_i_options, ServerRequest::Traits{.adds_contact = true}, message, from, place);
  return nullptr;
}

}  // namespace onhook::fakes
