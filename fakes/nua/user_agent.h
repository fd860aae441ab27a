// SPDX-License-Identifier: GPL-3.0-or-later
// An nua_t: one account's SIP stack. Calls of the application and packets of the network arrive in
// its mailbox; its stack thread "nua <user>" works on them and posts events to the application's
// su_root_t. Nothing else touches dialogs and transactions, so that they need no locks - as in
// sofia-sip, whose order of things this reproduces.
#pragma once

#include <sofia-sip/nua.h>

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/env.h"
#include "fakes/nua/agent_timers.h"
#include "fakes/nua/app_root.h"
#include "fakes/nua/client_transaction.h"
#include "fakes/nua/handle.h"
#include "fakes/nua/sip_network.h"
#include "fakes/nua/tag_list.h"

namespace onhook::fakes {

class FakeNua;

/// What nua_create() was told.
struct AgentSettings {
  std::string user;  ///< NUTAG_M_USERNAME
  Address address;
  std::string user_agent;
  std::string allow;
  std::vector<std::string> allowed_methods;
  std::vector<std::string> application_methods;  ///< the application answers these itself
  std::string supported;
  bool cancel_as_rfc2543 = false;
  TimeNs transaction_timeout = 32 * kSecond;
  std::string proxy;
};

/// What nua_save_event() keeps; also the event that is being delivered.
struct NuaEvent {
  Handle* handle = nullptr;
  nua_event_t event = nua_i_none;
  int status = 0;
  std::string phrase;
  SipMessagePtr message;
  TagList tags;
};

class UserAgent : public SipEndpoint {
 public:
  UserAgent(FakeNua& nua, AppRoot& root, nua_callback_f callback, nua_magic_t* magic,
            const tagi_t* tags);
  ~UserAgent() override;

  nua_t* api() { return reinterpret_cast<nua_t*>(this); }
  Env& env() { return env_; }
  FakeNua& fake() { return nua_; }
  AgentTimers& timers() { return timers_; }
  const AgentSettings& settings() const { return settings_; }

  // The application's side ------------------------------------------------------------------------
  void start();
  /// Hands work to the stack thread: false once nua_shutdown() was called, when sofia-sip is deaf.
  bool signal(Job job);
  void shut_down();
  /// nua_destroy(): waits until the stack thread has ended. False before the final nua_r_shutdown.
  bool join();
  /// Runs a job on the stack thread and waits for it.
  void execute(const Job& job);
  /// The event that is being delivered, or nullptr.
  const std::shared_ptr<NuaEvent>& current_event() const { return current_; }
  std::size_t dialogs() const;

  // The stack's side ------------------------------------------------------------------------------
  /// What an application's call does, by the event of its answer.
  void perform(Handle& handle, nua_event_t answer, TagList tags);
  void event(Handle* handle, nua_event_t event, int status, std::string_view phrase,
             SipMessagePtr message = nullptr, TagList tags = {});
  bool shutting_down() const { return shutdown_started_at_ != kForever; }

  std::string via(std::string_view branch) const;
  std::string next_branch();
  /// What next_branch() will return.
  std::string coming_branch() const;
  /// See SipNetwork::expect().
  void expect(const Handle& handle, const RequestParts& parts);
  std::string new_tag();
  std::string new_call_id();
  /// "<sip:alice@127.0.0.1>", for requests whose From the application did not give.
  std::string default_from() const;
  std::string contact_for(const Handle& handle) const;
  /// User-Agent, Allow and Supported lines.
  const std::string& common_headers() const { return common_headers_; }
  /// Where a request goes (section 8.1.2): the proxy, the first Route, or the request URI.
  Address destination(const Handle& handle, const std::string& uri);

  TimeNs transaction_timeout() const { return settings_.transaction_timeout; }
  bool retransmits() const;
  bool cancels_as_rfc2543() const { return settings_.cancel_as_rfc2543; }
  const std::shared_ptr<ClientTransaction>& transact(std::shared_ptr<ClientTransaction> t);
  void forget(const ClientTransaction& transaction);
  void send(std::string_view method, const std::string& text, Address to);
  /// Sends a response and remembers it for repetitions of its request.
  void reply(const SipMessage& request, Address to, int status, std::string text);
  /// Shows a handle to the stack: it is walked at shutdown.
  void use(Handle& handle);
  void unuse(Handle& handle);
  Handle& make_handle(nua_hmagic_t* magic, const tagi_t* tags);

  // SipEndpoint -----------------------------------------------------------------------------------
  void on_sip(Address from, const SipMessagePtr& message) override;
  std::string_view sip_name() const override { return lane_; }
  Arrival arrival() const override { return Arrival::is_queued; }

 private:
  struct Answered {
    std::string text;
    int status = 0;
    Address to;
  };

  void run();
  void begin_shutdown();
  void continue_shutdown();
  void deliver(const std::shared_ptr<NuaEvent>& event);
  void receive(Address from, const SipMessagePtr& message);
  void receive_request(Address from, const SipMessagePtr& request);
  void receive_ack(const SipMessage& ack, const SipMessagePtr& message);
  void receive_cancel(Address from, const SipMessagePtr& cancel);
  void refuse(const SipMessage& request, Address to, int status, std::string_view phrase);
  Handle* handle_of_dialog(const SipMessage& request) const;
  /// The methods and features that the stack itself checks (section 8.2.1, 8.2.2.3).
  bool acceptable(Address from, const SipMessage& request);

  FakeNua& nua_;
  Env& env_;
  AppRoot& root_;
  nua_callback_f callback_;
  nua_magic_t* magic_;
  AgentSettings settings_;
  std::string lane_;
  std::string common_headers_;
  std::shared_ptr<Mailbox> mailbox_;
  std::unique_ptr<Mailbox> joined_;
  AgentTimers timers_;
  std::vector<Handle*> handles_;
  std::map<std::string, std::shared_ptr<ClientTransaction>, std::less<>> transactions_;
  std::map<std::string, Answered, std::less<>> answered_;
  std::shared_ptr<NuaEvent> current_;
  bool deaf_ = false;             ///< nua_shutdown() was called
  bool ended_ = false;            ///< the stack has shut down
  bool final_delivered_ = false;  ///< and the application knows
  bool running_ = true;
  TimeNs created_at_ = 0;
  TimeNs shutdown_started_at_ = kForever;
  std::uint64_t next_branch_ = 0;
};

}  // namespace onhook::fakes
