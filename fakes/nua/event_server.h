// SPDX-License-Identifier: GPL-3.0-or-later
// The peer's requests about event packages (RFC 6665): NOTIFY, and REFER with the notifier that it
// brings (RFC 3515).
#pragma once

#include "fakes/nua/server_request.h"
#include "fakes/nua/subscription.h"

namespace onhook::fakes {

class NotifyServer : public ServerRequest {
 public:
  NotifyServer(UserAgent& agent, const SipMessagePtr& request, Address from, Place place)
      : ServerRequest(agent, nua_i_notify,
                      {.creates_dialog = true, .refreshes_target = true, .adds_contact = true},
                      request, from, place) {}

  Reported report() override;

 protected:
  void init() override;
  void preprocess() override;
  TagList event_tags() const override;
};

class ReferServer : public ServerRequest {
 public:
  ReferServer(UserAgent& agent, const SipMessagePtr& request, Address from, Place place)
      : ServerRequest(agent, nua_i_refer,
                      {.creates_dialog = true, .refreshes_target = true, .adds_contact = true},
                      request, from, place) {}

  Reported report() override;

 protected:
  void preprocess() override;
  void complete(ResponseParts& parts, const TagList& tags) override;
  TagList event_tags() const override;
};

}  // namespace onhook::fakes
