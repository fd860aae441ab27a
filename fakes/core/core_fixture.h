// SPDX-License-Identifier: GPL-3.0-or-later
// For the unit tests of the core: one client, one handle, a toy plugin, a seed.
#pragma once

#include <gtest/gtest.h>
#include <jansson.h>

#include <string>
#include <vector>

#include "fakes/core/fake_core.h"
#include "fakes/core/fake_handle.h"
#include "fakes/testing/baton_env.h"
#include "fakes/testing/toy_plugin.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes::testing {

inline constexpr std::uint64_t kSeeds = 60;

class RecordingClient : public CoreClient {
 public:
  void on_event(const CoreEvent& event) override {
    names.emplace_back(event.name);
    if (event.name == "webrtc_hangup") reasons.emplace_back(event.reason);
    if (event.pc != 0) pc = event.pc;
  }
  int count(const std::string& name) const {
    return static_cast<int>(std::count(names.begin(), names.end(), name));
  }
  std::vector<std::string> names;
  std::vector<std::string> reasons;
  int pc = 0;
};

struct CoreWorld {
  explicit CoreWorld(std::uint64_t seed, CoreRules rules = {})
      : env(seed), core(env, plugin.ops(), rules) {
    core.start("/config");
    handle = core.attach("alice", client);
    session = plugin.handles.empty() ? nullptr : plugin.handles.back().get();
    env.run();
  }

  CoreReply request(const char* jsep_type = nullptr) {
    json_t* body = json_pack("{s:s}", "request", "call");
    json_t* jsep =
        jsep_type == nullptr ? nullptr : json_pack("{s:s, s:s}", "type", jsep_type, "sdp", kToySdp);
    CoreReply reply = handle->message("t1", body, jsep);
    json_decref(body);
    json_decref(jsep);
    return reply;
  }
  /// A PeerConnection offered by the client, answered by the plugin, up.
  void open_pc() {
    const CoreReply reply = request("offer");
    ASSERT_EQ(reply.kind, CoreReply::Kind::ack) << reply.text;
    ASSERT_EQ(plugin.push(session, "accepted", "answer"), 0);
    handle->dtls_up(reply.pc);
    env.run();
    ASSERT_TRUE(handle->media_is_up());
  }

  ToyPlugin plugin;
  RecordingClient client;
  BatonEnv env;
  FakeCore core;
  FakeHandle* handle = nullptr;
  onhook_handle* session = nullptr;
};

}  // namespace onhook::fakes::testing
