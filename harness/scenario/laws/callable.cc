// SPDX-License-Identifier: GPL-3.0-or-later
// CALLABLE. A session whose calls are over, and have been for kQuiet, is not busy: it does not
// answer the next INVITE with 486, nor its own application's `call` with "wrong state". A call that
// the application was shown is the application's to decline, with 486 as with anything.
#include <fmt/format.h>

#include "harness/scenario/laws/all.h"

namespace onhook::laws {
namespace {

/// JANUS_SIP_ERROR_WRONG_STATE, in every revision.
constexpr int kWrongState = 447;

class Callable : public Monitor {
 public:
  KindSet kinds() const override {
    return bit(Kind::delivers) | bit(Kind::calls) | bit(Kind::requests) | bit(Kind::receives);
  }

  void begin(const Story& story) override {
    sessions_.assign(static_cast<std::size_t>(story.parties()), {});
  }

  void on_deed(const Deed& deed, const Story& story) override {
    switch (deed.kind) {
      case Kind::delivers:
        if (deed.words->first == "nua_i_invite" && deed.who != kNobody) {
          note_invite(deed, story);
        }
        break;
      case Kind::calls: {
        const Call* call = story.call(deed.words->handle);
        if (deed.words->first != "nua_respond" || deed.words->status != 486 || call == nullptr ||
            call->who == kNobody || call->shown ||
            session(call->who).offered != deed.words->handle) {
          break;
        }
        broken(fmt::format("{} has no call, but refuses {} as busy", story.party(call->who).name,
                           name_of_call(deed.words->handle)));
        break;
      }
      case Kind::requests:
        if (deed.who == kNobody) break;
        // The session may be busy with its own call by the time it looks at the INVITE.
        if (deed.words->first == "call") session(deed.who).offered = kNoCall;
        session(deed.who).asked = deed.words->first == "call" && story.party(deed.who).registered &&
                                  is_idle(deed.who, deed.time, kNoCall, story);
        break;
      case Kind::receives:
        if (deed.who == kNobody || !session(deed.who).asked) break;
        if (deed.words->first == "error" && deed.words->status == kWrongState) {
          broken(fmt::format("{} has no call, but its 'call' is refused: wrong state",
                             story.party(deed.who).name));
        }
        if (deed.words->first == "error" || deed.words->first == "calling") {
          session(deed.who).asked = false;
        }
        break;
      default:
        break;
    }
  }

 private:
  struct Session {
    bool asked = false;     ///< `call` came while it was idle, and is not answered yet
    int offered = kNoCall;  ///< the INVITE that came while it was idle
  };
  Session& session(int who) { return sessions_[static_cast<std::size_t>(who)]; }

  void note_invite(const Deed& deed, const Story& story) {
    const Call* call = story.call(deed.words->handle);
    // One in a call that has begun is a re-INVITE.
    const bool fresh = call != nullptr && !call->shown && !call->ended;
    if (fresh) session(deed.who).asked = false;  // a `call` under way may find this one first
    if (fresh && is_idle(deed.who, deed.time, deed.words->handle, story)) {
      session(deed.who).offered = deed.words->handle;
    }
  }

  /// No call but `except`, and the last one over for long enough.
  bool is_idle(int who, TimeNs now, int except, const Story& story) {
    const Party& party = story.party(who);
    if (party.gone || party.pc_open) return false;
    for (int handle = 1; handle < story.handles(); ++handle) {
      const Call* call = story.call(handle);
      if (call == nullptr || handle == except || call->who != who) continue;
      if (!call->ended || now < call->ended_at + kQuiet) return false;
    }
    return true;
  }

  std::vector<Session> sessions_;
};

}  // namespace

std::unique_ptr<Monitor> make_callable() { return std::make_unique<Callable>(); }

}  // namespace onhook::laws
