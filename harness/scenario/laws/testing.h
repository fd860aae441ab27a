// SPDX-License-Identifier: GPL-3.0-or-later
// Traces written by hand for the tests of laws: two browsers, their threads, and the facts in the
// words of the fakes. Every line takes place at `now`; wait() lets time pass.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "fakes/vocabulary.h"
#include "harness/base/strings.h"
#include "harness/scenario/laws/laws.h"
#include "harness/scenario/scenario_fixture.h"

namespace onhook::laws::testing {

namespace verb = fakes::verb;

enum Thread : ThreadId { kClient, kLoop, kHandler, kSofia, kNua, kRelay, kRelay2, kWorld };

class Tale {
 public:
  Tale() {
    trace_.lanes = {{"alice", "", 0},
                    {"core loop alice", "", 0},
                    {"sip handler", "janus_sip_handler", 1},
                    {"sip alice", "janus_sip_sofia_thread", 1},
                    {"nua alice", "", 0},
                    {"siprtp alice", "janus_sip_relay_thread", 1},
                    {"siprtp alice", "janus_sip_relay_thread", 2},
                    {"world", "", 0}};
  }
  Tale& fact(Thread thread, std::string_view actor, std::string_view verb,
             std::string_view detail = "") {
    const auto step = static_cast<std::uint32_t>(trace_.facts.size());
    trace_.facts.push_back({step, thread, now_, intern(actor), intern(verb), intern(detail)});
    return *this;
  }
  Tale& wait(TimeNs seconds) {
    now_ += seconds * 1'000'000'000;
    return *this;
  }

  // The browser and the core ----------------------------------------------------------------------
  Tale& alice(std::string_view verb, std::string_view detail = "") {
    return fact(kClient, "alice", verb, detail);
  }
  Tale& loop(std::string_view verb, std::string_view detail = "") {
    return fact(kLoop, "alice", verb, detail);
  }
  Tale& told(Thread by, std::string_view event) {
    return fact(by, "alice", verb::kReceives, event);
  }

  // The plugin and nua ----------------------------------------------------------------------------
  Tale& calls(Thread thread, std::string_view what) { return fact(thread, "", verb::kCalls, what); }
  Tale& delivers(std::string_view what) { return fact(kSofia, "", verb::kDelivers, what); }
  Tale& nua(std::string_view verb, std::string_view what) { return fact(kNua, "", verb, what); }

  // Longer pieces ---------------------------------------------------------------------------------
  /// alice calls out with this handle, and her PeerConnection is there.
  Tale& call_out(int handle) {
    const std::string h = ", handle " + std::to_string(handle);
    return alice(verb::kPcOpens).calls(kHandler, "nua_invite" + h).told(kHandler, "calling");
  }
  /// An INVITE with SDP comes in: the plugin's offer makes a PeerConnection.
  Tale& call_in(int handle) {
    delivers("nua_i_invite, status 100, handle " + std::to_string(handle));
    return fact(kSofia, "alice", verb::kPcOpens).told(kSofia, "incomingcall, jsep offer");
  }
  Tale& terminated(int handle) {
    return delivers("nua_i_state, callstate terminated, status 200, handle " +
                    std::to_string(handle));
  }
  Tale& hangup_told() { return told(kSofia, "hangup, code 200"); }
  /// The core does what close_pc asked for.
  Tale& closes_pc() {
    return loop(verb::kHangupMedia, "Close PC").loop(verb::kPcCloses, "Close PC");
  }
  /// A call that begins and ends as it should.
  Tale& whole_call(int handle) {
    return call_out(handle)
        .terminated(handle)
        .hangup_told()
        .fact(kSofia, "alice", verb::kClosePc)
        .closes_pc();
  }
  /// Nothing happens for a while, and the world is looked at.
  Tale& rest() {
    return wait(4)
        .fact(kWorld, "alice", verb::kStatus, "idle -> idle")
        .observed("alice", "pc closed");
  }
  Tale& observed(std::string_view who, std::string_view what) {
    return fact(kWorld, who, verb::kObserved, what);
  }

  const Trace& trace() const { return trace_; }

 private:
  Trace trace_;
  TimeNs now_ = 0;
};

/// What the general laws say of `tale`, a line each: "PC-CLOSE @7: ..."; "" when all hold.
inline std::string judged(const Tale& tale, std::string_view lines = "") {
  GeneralLaws laws(testing_support::compiled_complete(lines));
  std::string said;
  for (const LawViolation& v : laws.judge(tale.trace())) {
    said += v.law + " @" + std::to_string(v.fact) + ": " + v.message + "\n";
  }
  return said;
}

}  // namespace onhook::laws::testing
