// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/remarks.h"

#include <fmt/format.h>

#include <map>
#include <optional>

#include "fakes/vocabulary.h"
#include "harness/base/strings.h"

namespace onhook {
namespace {

struct OpenConnection {
  bool asked_to_close = false;
  std::optional<std::size_t> call_ended;  // index of the fact
};

using Connections = std::map<std::string_view, OpenConnection>;  // by client

// Whose call it is: the fact's own actor, or the only client there is.
Connections::iterator owner_of(const Fact& fact, Connections& open) {
  const auto named = open.find(text_of(fact.actor));
  if (named != open.end() || open.size() != 1) return named;
  return open.begin();
}

bool ends_call(const Fact& fact) {
  const std::string_view detail = text_of(fact.detail);
  return text_of(fact.verb) == fakes::verb::kDelivers && detail.starts_with("nua_i_state") &&
         detail.find("callstate terminated") != std::string_view::npos;
}

}  // namespace

std::vector<Remark> remarks_on(const Trace& trace) {
  std::vector<Remark> remarks;
  Connections open;
  const auto close = [&](Connections::iterator it) {
    const auto& [client, connection] = *it;
    if (connection.call_ended && !connection.asked_to_close) {
      remarks.push_back(
          {*connection.call_ended,
           fmt::format("(no close_pc: the PeerConnection of {} stays open)", client)});
    }
    open.erase(it);
  };
  for (std::size_t i = 0; i < trace.facts.size(); ++i) {
    const Fact& fact = trace.facts[i];
    const std::string_view verb = text_of(fact.verb);
    const auto it = open.find(text_of(fact.actor));
    if (verb == fakes::verb::kPcOpens) {
      if (it != open.end()) close(it);
      open[text_of(fact.actor)] = {};
    } else if (verb == fakes::verb::kClosePc && it != open.end()) {
      it->second.asked_to_close = true;
    } else if (verb == fakes::verb::kPcCloses && it != open.end()) {
      close(it);
    } else if (ends_call(fact)) {
      if (const auto owner = owner_of(fact, open); owner != open.end()) {
        owner->second.call_ended = i;
      }
    }
  }
  while (!open.empty()) close(open.begin());
  return remarks;
}

}  // namespace onhook
