// SPDX-License-Identifier: GPL-3.0-or-later
// A toy SIP plugin that calls and is called over the SipNetwork, for the unit tests of the world:
// guests register at once, calls are answered, packets are passed on both ways. It does without
// nua and keeps one call.
#pragma once

#include <string>

#include "fakes/nua/sip_network.h"
#include "fakes/testing/baton_env.h"
#include "fakes/testing/toy_plugin.h"

namespace onhook::fakes::testing {

class ToySip : public SipEndpoint {
 public:
  explicit ToySip(BatonEnv& env);

  /// Where its SIP goes from and to; before the world's init().
  void listen(SipNetwork& network, const std::string& user);

  ToyPlugin plugin;
  /// What it answers to "register"; an error event when "".
  std::string register_event = "registered";
  /// Whether it lets packets through.
  bool relays = true;

  void on_sip(Address from, const SipMessagePtr& message) override;
  std::string_view sip_name() const override { return "toy"; }
  Arrival arrival() const override { return Arrival::is_a_step; }

 private:
  int on_request(onhook_handle* handle, json_t* message);
  void send_request(const std::string& method, int cseq);
  void answer(const SipMessage& request, int status, const char* phrase, const std::string& body);
  void later(const std::string& event, const std::string& jsep_type);

  BatonEnv& env_;
  SipNetwork* network_ = nullptr;
  onhook_handle* session_ = nullptr;
  Address peer_;
  std::string target_;
  std::string local_;   ///< From of what it sends
  std::string remote_;  ///< To
  std::string call_id_;
  SipMessagePtr invite_;
  std::string status_ = "idle";
};

}  // namespace onhook::fakes::testing
