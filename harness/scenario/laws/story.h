// SPDX-License-Identifier: GPL-3.0-or-later
// A trace as the general laws read it: each fact as a Deed, and a book of the calls and browsers
// that the facts so far tell of. One story is shared by all laws of a scenario, so that what a call
// is, whose it is and when it is over is decided in one place.
//
// A call is known by nua's number of its handle, the one that the ladder prints. It is somebody's:
// with one browser that browser's; with several, of the one who is told of it on the thread that
// delivers or makes it, until then of the account that the thread is named after.
//
// Reads facts and nothing else; knows of no law.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/ids.h"
#include "harness/scenario/compiled.h"
#include "harness/trace/event.h"

namespace onhook::laws {

/// The verbs that laws look at (fakes/vocabulary.h).
enum class Kind : std::uint8_t {
  other,
  requests,
  receives,
  detaches,
  pc_opens,
  pc_closes,
  close_pc,
  hangup_media,
  destroy_session,
  dtls_alert,
  calls,
  delivers,
  gets,
  sends,
  replies,
  starts,
  exits,
  sets,
  observed,
  awaits,
  answered
};
inline constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::answered) + 1;

/// A fact's detail, taken apart.
struct Words {
  std::string_view text;
  std::string_view first;   ///< up to the first comma: "nua_i_state", "hangup"
  std::string_view object;  ///< of "observed" and "sets": what follows the first blank
  int handle = 0;           ///< "handle 3"; 0 none
  int status = 0;           ///< "status 486" or "code 486"; 0 none
  bool terminated = false;  ///< "callstate terminated"
};

inline constexpr int kNobody = -1;
inline constexpr int kNoCall = 0;

struct Deed {
  Kind kind = Kind::other;
  const Words* words = nullptr;
  int who = kNobody;  ///< the browser that it is about; of what nua delivers: whose call it is
  ThreadId thread = 0;
  TimeNs time = 0;
  std::size_t fact = 0;
};

struct Call {
  bool known = false;
  bool incoming = false;
  bool shown = false;  ///< the application was told of it
  bool ended = false;  ///< nua said so, or its handle was given up
  int who = kNobody;
  unsigned number = 0;  ///< calls are numbered as they begin
  TimeNs ended_at = 0;
};

/// A browser and its handle at the core.
struct Party {
  std::string_view name;
  bool gone = false;          ///< detached
  bool registered = false;    ///< the application was told so
  bool pc_open = false;       ///< the core has a PeerConnection
  bool pc_ending = false;     ///< somebody has begun to end it
  bool close_asked = false;   ///< the plugin has asked for its end
  int close_owner = kNoCall;  ///< the call that the close which waits was asked for
  int pc_call = kNoCall;      ///< the call that the PeerConnection serves
  int latest_call = kNoCall;  ///< the one that it made or was shown last
};

enum class Role : std::uint8_t { other, handler, sofia, relay };

class Story {
 public:
  explicit Story(const CompiledScenario& scenario);

  void begin(const Trace& trace);
  /// The next fact; the book is up to date with it afterwards.
  Deed tell(std::size_t index);

  /// The call of a handle, or nullptr.
  const Call* call(int handle) const;
  /// Handles run from 1 to handles() - 1.
  int handles() const { return static_cast<int>(calls_.size()); }
  const Party& party(int who) const { return parties_[static_cast<std::size_t>(who)]; }
  int parties() const { return static_cast<int>(parties_.size()); }
  bool has_open_call(int who) const;

  /// The handle whose event this thread delivers, and whether that event ends the call.
  int delivered(ThreadId thread) const { return threads_[thread].handle; }
  bool ends_call(ThreadId thread) const { return threads_[thread].terminated; }
  Role role(ThreadId thread);
  const Lane& lane(ThreadId thread) const { return trace_->lanes[thread]; }
  /// Of the account that the thread is named after ("siprtp alice"); kNobody if there is no such.
  int account(ThreadId thread) const;

  const Trace& trace() const { return *trace_; }

 private:
  struct ThreadNotes {
    int handle = kNoCall;
    bool terminated = false;
    int placed = kNoCall;  ///< the call that it has just made, until somebody is told
    std::int8_t role = -1;
  };

  Kind kind_of(StringId verb) const { return verb < kinds_.size() ? kinds_[verb] : Kind::other; }
  const Words& words_of(StringId detail);
  int party_of(StringId actor) const;
  void begin_call(int handle, bool incoming, int who);
  void end_call(int handle, TimeNs now);
  void note_call(const Deed& deed);
  void note_delivery(Deed& deed);
  void note_event(const Deed& deed);
  void note_core(const Deed& deed);

  std::vector<Kind> kinds_;       // by verb
  std::vector<StringId> actors_;  // of the parties
  std::vector<std::string> names_;
  std::vector<std::int32_t> known_;  // by detail: index into words_, -1 not looked at yet
  std::vector<Words> words_;
  StringId anybody_ = 0;

  const Trace* trace_ = nullptr;
  std::vector<Call> calls_;
  std::vector<Party> parties_;
  std::vector<ThreadNotes> threads_;
  unsigned begun_ = 0;
};

}  // namespace onhook::laws
