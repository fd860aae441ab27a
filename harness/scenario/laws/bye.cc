// SPDX-License-Identifier: GPL-3.0-or-later
// BYE. A call whose application has hung up or declined, and was told so ("hangingup",
// "declining"), or whose PeerConnection is lost, ends for the peer too: nua says that it is
// terminated, or at least BYE, CANCEL or a refusal has gone out. A CANCEL that the peer answers
// with 200 needs a BYE after all; that answer shows as the stack gets it (the fake nua tells) or as
// it is delivered (so does the real library, whose receiving is not seen).
#include <fmt/format.h>

#include "harness/scenario/laws/all.h"

namespace onhook::laws {
namespace {

class Bye : public Monitor {
 public:
  KindSet kinds() const override {
    return bit(Kind::receives) | bit(Kind::hangup_media) | bit(Kind::sends) | bit(Kind::gets) |
           bit(Kind::replies) | bit(Kind::delivers);
  }

  void begin(const Story& story) override {
    owed_.assign(static_cast<std::size_t>(story.parties()), {});
    sent_.assign(static_cast<std::size_t>(story.parties()), {});
  }

  void on_deed(const Deed& deed, const Story& story) override {
    switch (deed.kind) {
      case Kind::receives:
        if (deed.who != kNobody &&
            (deed.words->first == "hangingup" || deed.words->first == "declining")) {
          owe(deed.who, story.party(deed.who).latest_call, "its application hung up", story);
        }
        break;
      case Kind::hangup_media:
        if (deed.who != kNobody) {
          owe(deed.who, story.party(deed.who).pc_call, "its PeerConnection is lost", story);
        }
        break;
      case Kind::delivers:
        note_delivery(deed);
        break;
      default:
        note_message(deed, story);
    }
  }

  void at_rest(const Story& story) override {
    for (std::size_t who = 0; who < owed_.size(); ++who) {
      const Owed& owed = owed_[who];
      const Sent& sent = sent_[who];
      const Call* call = story.call(owed.call);
      const bool ending = sent.call == owed.call && sent.ending;
      if (call == nullptr || call->ended || ending) continue;
      const bool cancelled = sent.call == owed.call && sent.cancelled;
      broken(fmt::format("{} goes on for the peer: {}, but {}", name_of_call(owed.call), owed.why,
                         cancelled ? "the peer answered in spite of the CANCEL and gets no BYE"
                                   : "the peer gets no BYE, CANCEL or refusal"));
    }
  }

 private:
  struct Owed {
    int call = kNoCall;
    std::string_view why;
  };
  /// What nua has sent for the account since its latest call began; nua does not say for which call
  /// it is.
  struct Sent {
    int call = kNoCall;
    bool ending = false;     ///< what ends the call has gone out
    bool cancelled = false;  ///< by a CANCEL
    bool bye = false;        ///< by BYE, which no answer to the INVITE undoes
  };

  void owe(int who, int handle, std::string_view why, const Story& story) {
    const Call* call = story.call(handle);
    if (call == nullptr || call->ended || call->who != who) return;
    owed_[static_cast<std::size_t>(who)] = {handle, why};
  }

  void note_message(const Deed& deed, const Story& story) {
    if (story.lane(deed.thread).name.compare(0, 4, "nua ") != 0) return;
    const int who = story.account(deed.thread);
    if (who == kNobody) return;
    Sent& sent = sent_[static_cast<std::size_t>(who)];
    if (sent.call != story.party(who).latest_call) sent = {story.party(who).latest_call};
    const std::string_view first = deed.words->first;
    if (deed.kind == Kind::sends && first == "BYE") sent.ending = sent.bye = true;
    if (deed.kind == Kind::sends && first == "CANCEL") sent.ending = sent.cancelled = true;
    if (deed.kind == Kind::replies && first >= "400" && deed.words->text.ends_with(", INVITE")) {
      sent.ending = true;
    }
    if (deed.kind == Kind::gets && first == "200 INVITE") answered(sent);
  }

  void note_delivery(const Deed& deed) {
    if (deed.who == kNobody || deed.words->first != "nua_r_invite") return;
    Sent& sent = sent_[static_cast<std::size_t>(deed.who)];
    if (deed.words->status == 200 && deed.words->handle == sent.call) answered(sent);
  }

  static void answered(Sent& sent) {
    if (sent.cancelled && !sent.bye) sent.ending = false;
  }

  std::vector<Owed> owed_;
  std::vector<Sent> sent_;
};

}  // namespace

std::unique_ptr<Monitor> make_bye() { return std::make_unique<Bye>(); }

}  // namespace onhook::laws
