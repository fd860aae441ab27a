// SPDX-License-Identifier: GPL-3.0-or-later
// What did not happen: rows that the ladder adds to a trace.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "harness/trace/event.h"

namespace onhook {

struct Remark {
  std::size_t after = 0;  ///< index of the fact below which it stands
  std::string text;

  friend bool operator==(const Remark&, const Remark&) = default;
};

/// A call of a client with an open PeerConnection ended ("delivers nua_i_state, callstate
/// terminated") and the plugin called close_pc neither before nor after it, until the connection
/// was closed by somebody else or the trace ended.
std::vector<Remark> remarks_on(const Trace& trace);

}  // namespace onhook
