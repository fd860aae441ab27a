// SPDX-License-Identifier: GPL-3.0-or-later
// What a dialog is used for (RFC 5057): a session, a registration, a subscription, a notifier. A
// dialog lives as long as it has a usage.
#pragma once

#include <memory>
#include <string>

#include "fakes/env.h"
#include "fakes/nua/agent_timers.h"

namespace onhook::fakes {

class ClientRequest;
class Handle;
class ServerRequest;

class Usage {
 public:
  enum class Kind { session, registration, subscription, notifier };

  Usage(Handle& handle, Kind kind, std::string event)
      : handle_(handle), kind_(kind), event_(std::move(event)) {}
  virtual ~Usage();
  Usage(const Usage&) = delete;
  Usage& operator=(const Usage&) = delete;

  Kind kind() const { return kind_; }
  /// Event package of a subscription or notifier, with its id: "refer;id=3".
  const std::string& event() const { return event_; }

  /// Ends it gracefully, with the requests that takes.
  enum class Ending { gone, under_way };
  virtual Ending shut_down() = 0;
  /// Called just before it is destroyed; `client` or `server` is the request that ended it.
  virtual void on_removed(ClientRequest* client, ServerRequest* server) {
    (void)client;
    (void)server;
  }
  /// A refresh that was asked for is due.
  virtual void refresh() {}

  /// Calls refresh() in a random number of seconds of [min, max]; replaces an earlier request.
  void refresh_within(long min_s, long max_s);
  /// The same with sofia-sip's choice for something that lives `delta_s` seconds.
  void refresh_before(long delta_s);
  void stop_refresh();

  bool ready = false;          ///< established once
  bool shutting_down = false;  ///< shut_down() has been called
  /// The request that made it and will refresh or end it, or nullptr.
  std::shared_ptr<ClientRequest> bound;

 protected:
  Handle& handle_;

 private:
  Kind kind_;
  std::string event_;
  AgentTimers::Id refresh_timer_ = AgentTimers::kNone;
};

}  // namespace onhook::fakes
