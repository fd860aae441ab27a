// SPDX-License-Identifier: GPL-3.0-or-later
// Event packages (RFC 6665): a subscription of ours with its SUBSCRIBE, the one that a REFER of
// ours brings, and a notifier of ours with its NOTIFY.
#pragma once

#include <sofia-sip/nua_tag.h>

#include <string>

#include "fakes/nua/client_request.h"
#include "fakes/nua/usage.h"

namespace onhook::fakes {

/// "message-summary" or "refer;id=3" of a message's Event header; "" without one.
std::string event_of(const SipMessage& message);

class Subscription : public Usage {
 public:
  Subscription(Handle& handle, std::string event)
      : Usage(handle, Kind::subscription, std::move(event)) {}

  Ending shut_down() override;
  void refresh() override;

  nua_substate state = nua_substate_embryonic;
  long lifetime_s = 0;  ///< what was asked for
  bool notified = false;
  bool awaits_last = false;  ///< ended by us, the last NOTIFY is still to come
};

class SubscribeRequest : public ClientRequest {
 public:
  SubscribeRequest(Handle& handle, nua_event_t answer, TagList tags)
      : ClientRequest(handle, "SUBSCRIBE", answer,
                      {.creates_dialog = true, .refreshes_target = true}, std::move(tags),
                      Origin::application) {}

 protected:
  std::optional<Failure> prepare() override;
  std::optional<Failure> complete(RequestParts& parts) override;
  void on_final(const SipMessagePtr& message) override;
};

class ReferRequest : public ClientRequest {
 public:
  ReferRequest(Handle& handle, TagList tags)
      : ClientRequest(handle, "REFER", nua_r_refer,
                      {.creates_dialog = true, .refreshes_target = true}, std::move(tags),
                      Origin::application) {}

 protected:
  std::optional<Failure> complete(RequestParts& parts) override;
  void on_sent() override;
  void on_provisional(const SipMessagePtr& message) override { on_final(message); }
  void on_final(const SipMessagePtr& message) override;
};

class Notifier : public Usage {
 public:
  /// How long the notifier of a REFER lives without another word (nua's default).
  static constexpr TimeNs kReferLifetime = 300 * kSecond;

  Notifier(Handle& handle, std::string event) : Usage(handle, Kind::notifier, std::move(event)) {}

  Ending shut_down() override;
  void refresh() override;

  nua_substate state = nua_substate_embryonic;
  TimeNs until = 0;            ///< when it ends
  TimeNs requested_until = 0;  ///< what the latest request asked for, 0 once notified of
};

class NotifyRequest : public ClientRequest {
 public:
  NotifyRequest(Handle& handle, TagList tags, Origin origin)
      : ClientRequest(handle, "NOTIFY", nua_r_notify,
                      {.creates_dialog = true, .refreshes_target = true}, std::move(tags), origin) {
  }

 protected:
  std::optional<Failure> prepare() override;
  std::optional<Failure> complete(RequestParts& parts) override;
  void report(const SipMessagePtr& message, TagList tags) override;

 private:
  Notifier* notifier() const { return static_cast<Notifier*>(usage); }
};

}  // namespace onhook::fakes
