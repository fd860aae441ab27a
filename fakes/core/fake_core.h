// SPDX-License-Identifier: GPL-3.0-or-later
// The fake Janus core: what calls the plugin and what the plugin calls.
//
// It has the threads of the real one. L, one loop thread a handle, runs setup_media, incoming_rtp,
// hangup_media and destroy_session of its handle, one at a time. W, the watchdog, runs what
// close_pc and end_session have queued, each after a timer. A, the request pool, is whichever
// thread a client makes its request on, since the real pool gives each request a thread of its own.
//
// It is true to janus.c and ice.c (v1.1.2 to v1.4.1, and CoreRules for older ones) where a plugin
// can tell: flags, order of calls, reference counts, waits. It does no ICE, DTLS or SRTP, does not
// rewrite SDP, and has neither event handlers nor an admin API.
//
// It also shuts down, in the order of janus.c: its watchdog ends, the transports close and with
// them the sessions of their clients, then the plugin's destroy() runs. Handles are detached then,
// but nobody waits for their loops. The process, which would exit soon after, lives on here until
// the scenario settles: how long the plugins that are closed after this one take, nobody knows.
//
// The FakeCore outlives the plugin's threads. One at a time is current: the plugin's callbacks
// without a handle go to it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/core/core_client.h"
#include "fakes/core/core_rules.h"
#include "fakes/env.h"
#include "fakes/plugin_abi.h"

namespace onhook::fakes {

class FakeHandle;

/// How clients reach the core. When it closes its transports, WebSockets end the sessions of their
/// clients; HTTP, which has no connections, leaves them and their handles.
enum class ClientTransport { websockets, http };

class FakeCore {
 public:
  /// `log_level`: plugin log lines of this level and below become facts (1 fatal, 2 error, 3
  /// warning); lines of unknown level always do.
  FakeCore(Env& env, const onhook_plugin_ops& plugin, CoreRules rules, int log_level = 2);
  ~FakeCore();
  FakeCore(const FakeCore&) = delete;
  FakeCore& operator=(const FakeCore&) = delete;

  static FakeCore* current();

  /// Calls the plugin's init; what it returned (0 is success). Starts the watchdog thread.
  int start(const std::string& config_folder);

  /// A client attaches to the plugin: a new handle and its loop thread, or nullptr when the plugin
  /// refuses (create_session's error). `actor` names the handle in the trace. The handle lives as
  /// long as the core; so must the client.
  FakeHandle* attach(std::string_view actor, CoreClient& client);

  /// Runs `job` on W, after the timer of CoreRules. W runs its jobs in the order they came; once
  /// the core has shut down it runs none.
  void run_on_watchdog(Job job);

  /// What a SIGTERM brings about, on a thread of its own of the role "core_main". `actor` names the
  /// core in the trace. Once only.
  void shut_down(std::string_view actor, ClientTransport transport);
  /// Shutting down has begun: what comes in over PeerConnections is dropped.
  bool is_stopping() const { return progress_ >= Progress::stopping; }
  /// The transports are closed: clients reach the core no more, nor it them.
  bool is_unreachable() const { return progress_ >= Progress::unreachable; }
  /// The plugin's destroy() has been called.
  bool plugin_is_gone() const { return progress_ >= Progress::plugin_gone; }

  Env& env() { return env_; }
  const onhook_plugin_ops& plugin() const { return plugin_; }
  const CoreRules& rules() const { return rules_; }
  const std::vector<std::unique_ptr<FakeHandle>>& handles() const { return handles_; }
  int log_level() const { return log_level_; }

 private:
  enum class Progress { up, stopping, unreachable, plugin_gone };

  void run_shutdown(std::string_view actor, ClientTransport transport);

  Env& env_;
  const onhook_plugin_ops& plugin_;
  CoreRules rules_;
  int log_level_;
  std::unique_ptr<Mailbox> watchdog_;
  std::unique_ptr<Mailbox> timed_;          ///< what the watchdog does when its timers go off
  std::unique_ptr<Mailbox> watchdog_left_;  ///< one job when W has ended
  bool watchdog_stays_ = true;              ///< W only
  std::vector<std::unique_ptr<FakeHandle>> handles_;
  Progress progress_ = Progress::up;  ///< the main thread writes it; a step asks it once
};

/// The table that the plugin's adapter calls into; it finds its FakeHandle in `gateway`.
const onhook_core_ops& core_ops();

}  // namespace onhook::fakes
