// SPDX-License-Identifier: GPL-3.0-or-later
// A registration (RFC 3261 section 10) and its REGISTER. Refreshed by the stack in good time. The
// keep-alives of nua's outbound engine are not sent: as long as they are answered the application
// never hears of them.
#pragma once

#include "fakes/nua/client_request.h"
#include "fakes/nua/usage.h"

namespace onhook::fakes {

class Registration : public Usage {
 public:
  explicit Registration(Handle& handle) : Usage(handle, Kind::registration, "") {}
  Ending shut_down() override;
  void refresh() override;
};

class RegisterRequest : public ClientRequest {
 public:
  /// `answer` is nua_r_register or nua_r_unregister.
  RegisterRequest(Handle& handle, nua_event_t answer, TagList tags)
      : ClientRequest(handle, "REGISTER", answer, {.creates_dialog = true}, std::move(tags),
                      Origin::application) {}

  /// From now on it takes the registration back.
  void turn_around() { answer_ = nua_r_unregister; }

 protected:
  std::optional<Failure> prepare() override;
  std::optional<Failure> complete(RequestParts& parts) override;
  void on_final(const SipMessagePtr& message) override;
};

}  // namespace onhook::fakes
