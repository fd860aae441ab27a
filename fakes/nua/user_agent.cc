// SPDX-License-Identifier: GPL-3.0-or-later
// Life of a user agent: settings, thread, events, shutdown. Its network side is in
// user_agent_sip.cc, what the application's calls do in user_agent_calls.cc.
#include "fakes/nua/user_agent.h"

#include <fmt/format.h>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nua_tag.h>
#include <sofia-sip/sip_tag.h>

#include <algorithm>

#include "fakes/counted.h"
#include "fakes/nua/client_request.h"
#include "fakes/nua/fake_nua.h"
#include "fakes/nua/server_request.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

constexpr TimeNs kShutdownLimit = 30 * kSecond;

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : list + ",") {
    if (c == ',' || c == ' ') {
      if (!word.empty()) out.push_back(std::exchange(word, {}));
    } else {
      word += c;
    }
  }
  return out;
}

/// Takes address and user of "sip:127.0.0.1:*;transport=udp".
void read_url(Env& env, SipNetwork& network, const std::string& url, AgentSettings& settings) {
  const auto scheme = url.find(':');
  const auto end = url.find_first_of(";>?", scheme + 1);
  std::string host = url.substr(scheme + 1, end - scheme - 1);
  if (const auto at = host.find('@'); at != std::string::npos) {
    settings.user = host.substr(0, at);
    host.erase(0, at + 1);
  }
  const auto colon = host.find(':');
  const std::string port = colon == std::string::npos ? "*" : host.substr(colon + 1);
  const auto ip = parse_ip(host.substr(0, colon));
  if (!ip || url.starts_with("sips:"))
    env.unmodelled("nua_create: NUTAG_URL(" + url + "), only sip: and IPv4 are");
  if (url.find(";transport=tcp") != std::string::npos)
    env.unmodelled("TCP below the fake nua (force_tcp): write 'sip sofia'");
  settings.address = port == "*" ? network.allocate(*ip)
                                 : Address{*ip, static_cast<std::uint16_t>(std::stoul(port))};
}

AgentSettings read_settings(Env& env, SipNetwork& network, const tagi_t* tags) {
  AgentSettings settings;
  settings.application_methods = {"INVITE", "REGISTER", "PUBLISH", "SUBSCRIBE"};
  settings.allow =
      "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, MESSAGE, SUBSCRIBE, NOTIFY, REFER, "
      "UPDATE";
  std::string url;
  for (const tagi_t* t = tags; t && t->t_tag; t = tl_next(t)) {
    const auto* text = reinterpret_cast<const char*>(t->t_value);
    const auto is = [t](tag_type_t tag) { return t->t_tag == tag && t->t_value != 0; };
    if (is(nutag_m_username)) settings.user = text;
    if (is(nutag_url)) url = uri_of(reinterpret_cast<const url_t*>(t->t_value));
    if (is(nutag_proxy)) settings.proxy = uri_of(reinterpret_cast<const url_t*>(t->t_value));
    if (is(siptag_allow_str)) settings.allow = text;
    if (is(siptag_user_agent_str)) settings.user_agent = text;
    if (is(siptag_supported_str)) settings.supported = text;
    if (is(ntatag_cancel_2543)) settings.cancel_as_rfc2543 = true;
    if (is(ntatag_sip_t1x64))
      settings.transaction_timeout = static_cast<TimeNs>(t->t_value) * kMillisecond;
    // NUTAG_SIPS_URL asks for TLS besides, over which nobody comes: old plugins give it by default.
    if (is(nutag_appl_method))
      for (auto& method : split(text)) settings.application_methods.push_back(std::move(method));
  }
  settings.allowed_methods = split(settings.allow);
  read_url(env, network, url, settings);
  return settings;
}

}  // namespace

UserAgent::UserAgent(FakeNua& nua, AppRoot& root, nua_callback_f callback, nua_magic_t* magic,
                     const tagi_t* tags)
    : nua_(nua),
      env_(nua.env()),
      root_(root),
      callback_(callback),
      magic_(magic),
      settings_(read_settings(env_, nua.network(), tags)),
      lane_("nua " + settings_.user),
      timers_(env_),
      created_at_(env_.now()) {
  if (!settings_.user_agent.empty())
    common_headers_ += "User-Agent: " + settings_.user_agent + "\r\n";
  common_headers_ += "Allow: " + settings_.allow + "\r\n";
  if (!settings_.supported.empty()) common_headers_ += "Supported: " + settings_.supported + "\r\n";
}

UserAgent::~UserAgent() {
  nua_.network().detach(settings_.address);
  // A transaction and its request hold each other.
  for (const auto& [key, transaction] : transactions_) transaction->detach();
}

void UserAgent::start() {
  mailbox_ = env_.make_mailbox(lane_);
  timers_.serve(mailbox_);
  joined_ = env_.make_mailbox(lane_ + " joined");
  nua_.network().attach(settings_.address, *this);
  nua_.network().add_user(settings_.user, settings_.address);
  const std::shared_ptr<Mailbox> started = env_.make_mailbox(lane_ + " started");
  env_.spawn(lane_, [this, started] {
    started->post([] {});
    run();
  });
  started->take();
}

void UserAgent::run() {
  while (running_) {
    if (auto job = mailbox_->take()) (*job)();
    timers_.run_deferred();
  }
  joined_->post([] {});
}

bool UserAgent::signal(Job job) {
  if (deaf_) return false;
  mailbox_->post(std::move(job));
  return true;
}

void UserAgent::shut_down() {
  deaf_ = true;
  mailbox_->post([this] { begin_shutdown(); });
}

bool UserAgent::join() {
  if (!final_delivered_) return false;
  mailbox_->post([this] { running_ = false; });
  joined_->take();
  return true;
}

void UserAgent::execute(const Job& job) {
  const auto done = env_.make_mailbox(lane_ + " reply");
  mailbox_->post([&job, &done] {
    job();
    done->post([] {});
  });
  done->take();
}

// Events -----------------------------------------------------------------------------------------

void UserAgent::event(Handle* handle, nua_event_t event, int status, std::string_view phrase,
                      SipMessagePtr message, TagList tags) {
  if (handle && !handle->valid) return;
  if (shutting_down() && event != nua_r_shutdown) return;
  auto posted = std::make_shared<NuaEvent>();
  posted->handle = handle;
  posted->event = event;
  posted->status = status;
  posted->phrase = phrase;
  posted->message = std::move(message);
  posted->tags = std::move(tags);
  root_.post([this, posted = std::move(posted)] { deliver(posted); });
}

namespace {

std::string describe(const NuaEvent& event) {
  std::string out = nua_event_name(event.event);
  if (const tagi_t* state = event.tags.find(nutag_callstate))
    fmt::format_to(std::back_inserter(out), ", callstate {}",
                   nua_callstate_name(static_cast<nua_callstate>(state->t_value)));
  fmt::format_to(std::back_inserter(out), ", status {}", event.status);
  if (const tagi_t* state = event.tags.find(nutag_substate))
    fmt::format_to(std::back_inserter(out), ", substate {}",
                   nua_substate_name(static_cast<nua_substate>(state->t_value)));
  if (event.handle) fmt::format_to(std::back_inserter(out), ", handle {}", event.handle->number());
  if (!event.phrase.empty()) {
    out += ", phrase ";
    out += event.phrase;
  }
  return out;
}

}  // namespace

void UserAgent::deliver(const std::shared_ptr<NuaEvent>& event) {
  Handle* handle = event->handle;
  if (handle) {
    if (!handle->valid) return;
    handle->held = true;
  }
  if (event->event == nua_r_shutdown && event->status >= 200) final_delivered_ = true;
  env_.step({"", verb::kDelivers, describe(*event)});
  const auto outer = std::exchange(current_, event);
  callback_(event->event, event->status, event->phrase.c_str(), api(), magic_,
            handle ? handle->api() : nullptr, handle ? handle->magic : nullptr,
            event->message ? event->message->sip() : nullptr, event->tags.get());
  // Read there, and perhaps freed by the thread that received it (msg_destroy() counts under a
  // lock).
  reference_given_up(event->message.get());
  current_ = outer;
}

// Shutdown ---------------------------------------------------------------------------------------

void UserAgent::begin_shutdown() {
  if (!shutting_down()) shutdown_started_at_ = env_.now();
  continue_shutdown();
}

/// Ends what lives and tells the application how far that is; again with every tick of the second
/// that began with the user agent.
void UserAgent::continue_shutdown() {
  if (ended_) return;
  bool busy = false;
  const auto handles = handles_;
  for (Handle* handle : handles) {
    if (handle->repeat_shutdown()) busy = true;
    handle->media = nullptr;
    if (handle->request_pending()) busy = true;
  }
  const TimeNs now = env_.now();
  int status = 200;
  const char* phrase = "Shutdown successful";
  if (busy) {
    const TimeNs seconds = now / kSecond - shutdown_started_at_ / kSecond;
    if (seconds == 0) {
      status = 100;
      phrase = "Shutdown started";
    } else if (seconds < kShutdownLimit / kSecond) {
      status = 101;
      phrase = "Shutdown in progress";
    } else {
      status = 500;
      phrase = "Shutdown timeout";
    }
  }
  if (status >= 200) {
    for (Handle* handle : handles) handle->remove_all_usages();
    ended_ = true;
    timers_.clear();
    for (const auto& [key, transaction] : transactions_) transaction->detach();
    transactions_.clear();
    nua_.network().leave(settings_.address);
  } else {
    const TimeNs tick = created_at_ + ((now - created_at_) / kSecond + 1) * kSecond;
    timers_.set(tick - now, [this] { continue_shutdown(); });
  }
  event(nullptr, nua_r_shutdown, status, phrase);
}

void UserAgent::use(Handle& handle) {
  if (std::find(handles_.begin(), handles_.end(), &handle) == handles_.end())
    handles_.push_back(&handle);
}

void UserAgent::unuse(Handle& handle) { std::erase(handles_, &handle); }

Handle& UserAgent::make_handle(nua_hmagic_t* magic, const tagi_t* tags) {
  return nua_.make_handle(*this, magic, tags);
}

std::size_t UserAgent::dialogs() const {
  return static_cast<std::size_t>(std::count_if(
      handles_.begin(), handles_.end(),
      [](const Handle* handle) { return handle->any_usage(Usage::Kind::session) != nullptr; }));
}

}  // namespace onhook::fakes
