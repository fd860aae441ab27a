// SPDX-License-Identifier: GPL-3.0-or-later
// The real server as a child process: a configuration of its own in a folder of its own, loopback
// only, a unix socket for the client, free ports chosen by itself. It dies with this process,
// however that ends, and the folder goes with it.
#pragma once

#include <glib.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/janus_link.h"
#include "harness/base/ids.h"

namespace onhook::e2e {

struct ServerFiles {
  std::string prefix;                   ///< of an installed Janus: bin/janus, lib/janus/...
  std::string preload;                  ///< loopback_interface.so
  std::vector<std::string> under = {};  ///< a command that runs it: {"setarch", "-R"}
  std::string log_file;                 ///< "" for none: all that the server prints
  TimeNs grace = 5'000'000'000;         ///< asked to end, it may take so long
  TimeNs patience = 15'000'000'000;     ///< begun, it may take so long to answer
};

class JanusServer {
 public:
  /// Tries whether a server answers at this socket.
  using Probe = std::function<bool(const std::string&)>;

  /// Starts it and waits until it answers; one that ends by itself or does not answer is begun
  /// anew, a few times (real ones were seen to do either). `on_line`: each line of its log from
  /// then on.
  JanusServer(ServerFiles files, std::function<void(std::string_view)> on_line,
              Probe answers = JanusLink::answers);
  /// Asks it to end, and when it takes too long ends it.
  ~JanusServer();
  JanusServer(const JanusServer&) = delete;
  JanusServer& operator=(const JanusServer&) = delete;

  std::string socket_path() const { return folder_ + "/janus"; }

 private:
  void configure() const;
  void start();
  void release();
  void stop();
  bool running() const { return pid_ != 0; }
  void read_log();
  std::string last_words() const;

  ServerFiles files_;
  std::function<void(std::string_view)> on_line_;
  Probe answers_;
  std::string folder_;
  std::string log_;  ///< not yet a line
  std::string recent_;
  GPid pid_ = 0;
  int output_ = -1;
  int log_file_ = -1;
  guint output_source_ = 0;
  guint child_source_ = 0;
  bool ending_ = false;
};

}  // namespace onhook::e2e
