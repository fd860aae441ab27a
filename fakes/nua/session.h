// SPDX-License-Identifier: GPL-3.0-or-later
// The session usage: a call as its handle sees it, and the one place where call states change.
#pragma once

#include <sofia-sip/nua_tag.h>

#include <string>
#include <string_view>

#include "fakes/nua/usage.h"

namespace onhook::fakes {

class Session : public Usage {
 public:
  explicit Session(Handle& handle) : Usage(handle, Kind::session, "") {}

  Ending shut_down() override;
  void on_removed(ClientRequest* client, ServerRequest* server) override;

  nua_callstate state = nua_callstate_init;
  bool reporting = false;  ///< a state is about to be reported by somebody else
  std::string reason;      ///< Reason header of a BYE that the stack sends
  int sdp_version = 0;     ///< of the user SDP that was last agreed on
  enum class Sdp { none, offer, answer };
  Sdp received = Sdp::none;  ///< since the last report
  Sdp sent = Sdp::none;
};

/// Moves a call to `next` as far as the rules of nua allow and reports it: nua_i_state, then
/// nua_i_active or nua_i_terminated. `session` is nullptr when it is gone already.
/// nua_callstate_init stands for a refused INVITE: terminated, or back to ready within a call.
void change_call_state(Handle& handle, Session* session, int status, std::string_view phrase,
                       nua_callstate next);

}  // namespace onhook::fakes
