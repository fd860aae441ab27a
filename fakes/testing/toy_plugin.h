// SPDX-License-Identifier: GPL-3.0-or-later
// A plugin for the unit tests of the fake core and client: an onhook_plugin_ops table that records
// each call and then runs what the test has hung on it. Handles are kept after they are freed, so
// that a call on a freed one is noticed instead of being undefined.
#pragma once

#include <jansson.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "fakes/plugin_abi.h"

struct onhook_handle {
  void* gateway = nullptr;
  int count = 0;
  int stopped = 0;
  bool freed = false;
};

namespace onhook::fakes::testing {

class ToyPlugin {
 public:
  ToyPlugin();
  ~ToyPlugin();
  ToyPlugin(const ToyPlugin&) = delete;
  ToyPlugin& operator=(const ToyPlugin&) = delete;

  const onhook_plugin_ops& ops() const { return ops_; }
  const onhook_core_ops& core() const { return *core_; }

  /// Names of the functions that the core called, in order.
  std::vector<std::string> calls;
  int count(const std::string& name) const;
  /// Calls on a handle that had been freed: a fault of the core.
  int uses_after_free = 0;

  // What the plugin does in a call; unset: nothing.
  std::function<void(onhook_handle*)> on_create;
  std::function<void(onhook_handle*)> on_setup_media;
  std::function<void(onhook_handle*)> on_hangup_media;
  std::function<void(onhook_handle*)> on_destroy;
  /// Answers with a value of onhook_result; message and jsep are borrowed.
  std::function<int(onhook_handle*, const std::string& transaction, json_t* message, json_t* jsep)>
      on_message;
  std::function<void(onhook_handle*, bool rtcp, const std::string& packet)> on_media;
  std::function<json_t*(onhook_handle*)> on_query;
  int create_error = 0;
  int init_result = 0;
  std::string config_folder;

  /// Gives up the plugin's own reference, as its session's destructor does.
  void drop_reference(onhook_handle* handle);

  /// Pushes {"sip":"event","result":{"event":name, ...}} and an optional jsep; the core's answer.
  int push(onhook_handle* handle, const std::string& name, const std::string& jsep_type = "",
           const std::string& transaction = "", const std::string& sdp = "");

  std::vector<std::unique_ptr<onhook_handle>> handles;

 private:
  friend struct ToyOps;
  onhook_plugin_ops ops_{};
  const onhook_core_ops* core_ = nullptr;
};

/// A small SDP as peers of the plugin send it.
extern const char* const kToySdp;

}  // namespace onhook::fakes::testing
