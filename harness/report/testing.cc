// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/testing.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>

#include "harness/base/testing.h"
#include "harness/report/text.h"

namespace onhook::testing_report {

RunResult hangup_run() {
  TraceBuilder t;
  const ThreadId alice = t.lane("alice");
  const ThreadId handler = t.lane("sip handler", "janus_sip_handler");
  const ThreadId sofia = t.lane("sip alice", "janus_sip_sofia_thread");
  t.lane("watchdog");
  const ThreadId relay = t.lane("siprtp alice", "janus_sip_relay_thread");
  const ThreadId loop = t.lane("core loop alice");
  const ThreadId bob = t.lane("bob");
  t.add(11.0, loop, "alice", "pc_opens", "");
  t.add(12.5, alice, "alice", "requests", "hangup");
  t.add(12.5, handler, "", "logs", "[SIP-0x1] Hanging up");
  t.add(12.5, handler, "", "status", "incall -> closing");
  t.add(12.5, handler, "alice", "calls", "nua_bye");
  t.add(12.5, handler, "alice", "receives", "hangingup");
  t.add(12.5, bob, "bob", "gets", "BYE");
  t.add(13.4, relay, "", "poll", "timeout");
  t.add(13.4, relay, "", "clears", "has_audio, has_video");
  t.add(13.4, relay, "", "exits", "");
  t.add(14.3, bob, "bob", "replies", "200, BYE");
  t.add(14.3, sofia, "alice", "delivers", "nua_r_bye, status 200");
  t.add(14.3, sofia, "alice", "delivers", "nua_i_state, callstate terminated, status 200");
  t.add(14.3, sofia, "", "status", "closing -> idle");
  t.add(42.5, alice, "alice", "closes", "pc");
  t.add(42.5, loop, "alice", "dtls_alert", "");
  t.add(42.5, loop, "alice", "hangup_media", "");
  const std::size_t failing = t.add(42.5, loop, "alice", "pc_closes", "DTLS alert");
  t.add(42.6, loop, "alice", "receives", "hangup, reason DTLS alert");

  RunResult r;
  r.scenario = "scenarios/hangup/client_keeps_pc.scn";
  r.target = "v1.4.1+hangup_guard";
  r.verdict = Verdict::violated;
  r.violations.push_back({"finally pc(alice).close_reason == \"Close PC\"",
                          "pc(alice).close_reason is \"DTLS alert\"", failing, t.trace(),
                          "out/client_keeps_pc.sched"});
  r.orders = {{{"hangup", "relay_exit", "terminated"}, OrderOutcome::violated, "", 12},
              {{"hangup", "terminated", "relay_exit"}, OrderOutcome::holds, "", 1840},
              {{"relay_exit", "hangup", "terminated"},
               OrderOutcome::infeasible,
               "relay_exit waits for the status closing, which hangup sets",
               0},
              {{"terminated", "hangup", "relay_exit"}, OrderOutcome::not_reached, "", 3}};
  r.executions = 1855;
  r.bound = "executions=1855";
  r.seconds = 0.4231;
  r.schedule = "out/client_keeps_pc.sched";
  return r;
}

void expect_golden(std::string_view name, const std::string& text) {
  const std::string path = ONHOOK_REPORT_TESTDATA "/" + std::string(name);
  if (::getenv("ONHOOK_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    FAIL() << "wrote " << path;
  }
  EXPECT_EQ(text, testing_base::text_of_file(path)) << "the report differs from " << path;
}

std::size_t widest_line(std::string_view text) {
  std::size_t widest = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    widest = std::max(widest, width_of(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return widest;
}

}  // namespace onhook::testing_report
