// SPDX-License-Identifier: GPL-3.0-or-later
// The client's connection to the server: Janus API messages over its unix socket, a packet each.
#pragma once

#include <glib.h>

#include <functional>
#include <string>

#include "e2e/json.h"

namespace onhook::e2e {

class JanusLink {
 public:
  using Handler = std::function<void(const json_t*)>;

  JanusLink(const std::string& socket_path, Handler handler);
  ~JanusLink();
  JanusLink(const JanusLink&) = delete;
  JanusLink& operator=(const JanusLink&) = delete;

  void send(const Json& message);

  /// Whether somebody at that socket answers a ping, now.
  static bool answers(const std::string& socket_path);

 private:
  static int connect(const std::string& socket_path);
  void receive();

  Handler handler_;
  int socket_;
  guint source_ = 0;
};

}  // namespace onhook::e2e
