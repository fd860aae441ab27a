// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between the cores of different Janus revisions, as far as a plugin can tell.
//
// A plugin is judged under the rules of the core that it was released with: a bug that a later core
// hides must still show. Its tree tells them, or else its version. The commits are those of
// meetecho/janus-gateway.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "fakes/env.h"

namespace onhook::fakes {

/// The texts of the files of a core that tell its rules.
struct CoreSources {
  std::string ice_c;
  std::string ice_h;
  std::string janus_c;
};

struct CoreRules {
  /// Whether a handle without a PeerConnection counts as "already hung up", so that close_pc on it
  /// does nothing. Set since 0f32c329 (v1.2.2).
  enum class NewHandle { alert_clear, alert_set };
  /// Whether a second close_pc is dropped while the first one waits. Since 3579727c (v0.7.1).
  enum class ClosePc { queues_every_call, queues_once };
  /// Whether a hangup that finds no ICE agent still ends the CLEANING state. Since 46f7579e
  /// (v0.7.5).
  enum class HangupWithoutAgent { stays_cleaning, clears_cleaning };
  /// Whether an answer that push_event refuses for its msid leaves the handle's mutex locked, so
  /// that whoever needs it next waits for ever. From 1c6d80e9 (v1.1.0) until 9b8dff7d (v1.3.1).
  enum class RefusedAnswer { keeps_mutex, gives_mutex_back };

  NewHandle new_handle = NewHandle::alert_set;
  ClosePc close_pc = ClosePc::queues_once;
  HangupWithoutAgent hangup_without_agent = HangupWithoutAgent::clears_cleaning;
  RefusedAnswer refused_answer = RefusedAnswer::gives_mutex_back;

  /// Delay of the timer behind close_pc and end_session. GLib puts timers of whole seconds on a
  /// one-second grid, so that "0 seconds" is anything up to 750 ms (measured with GLib 2.74).
  Window timer = Window::within(0, 750 * kMillisecond);

  /// The rules of a release, "1.4.1" or "v0.7.5"; nullopt when the text is not three numbers.
  static std::optional<CoreRules> of_version(std::string_view version);
  /// The rules that a core's own sources show, for revisions between releases; nullopt when they do
  /// not look like those of a core.
  static std::optional<CoreRules> of_sources(const CoreSources& sources);

  /// One line, for files and people: "new-handle=alert-set,close-pc=queues-once,...". The timer is
  /// not part of it: it is that of GLib, not of a revision.
  std::string to_text() const;
  /// What to_text() writes, in any order, and rules that are not named stay as they are in `base`;
  /// or a release ("1.2.1") alone or in front of such rules. The error, when it is neither.
  static std::variant<CoreRules, std::string> parse(std::string_view text, const CoreRules& base);
};

}  // namespace onhook::fakes
