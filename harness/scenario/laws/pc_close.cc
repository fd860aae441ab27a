// SPDX-License-Identifier: GPL-3.0-or-later
// PC-CLOSE. After a call is terminated the plugin has its PeerConnection closed.
//
// It need not be the first: whoever has begun to end the PeerConnection before the plugin could
// know (an alert at the same instant) does what the law wants. But a PeerConnection that outlives
// its call, and is not asked to close, breaks the law: when something else ends it later, or when
// all is at rest and it is still there.
#include <fmt/format.h>

#include "harness/scenario/laws/all.h"

namespace onhook::laws {
namespace {

/// Until then the end may have been under way when the call was terminated.
constexpr TimeNs kAtOnce = 1'000'000'000;

class PcClose : public Monitor {
 public:
  KindSet kinds() const override {
    return bit(Kind::delivers) | bit(Kind::pc_opens) | bit(Kind::pc_closes) |
           bit(Kind::dtls_alert) | bit(Kind::hangup_media) | bit(Kind::detaches);
  }

  void begin(const Story& story) override {
    owed_.assign(static_cast<std::size_t>(story.parties()), {});
  }

  void on_deed(const Deed& deed, const Story& story) override {
    if (deed.who == kNobody) return;
    const Party& party = story.party(deed.who);
    Owed& owed = owed_[static_cast<std::size_t>(deed.who)];
    switch (deed.kind) {
      case Kind::delivers:
        if (deed.words->terminated && deed.words->first == "nua_i_state" && party.pc_open &&
            !party.pc_ending && !party.gone && party.pc_call == deed.words->handle) {
          owed = {deed.words->handle, deed.time};
        }
        break;
      case Kind::dtls_alert:
      case Kind::hangup_media:
        if (owed.call != kNoCall && owed.call == party.pc_call && !party.close_asked &&
            deed.time > owed.since + kAtOnce) {
          broken(
              fmt::format("{} was terminated, but nobody asked for the end of {}'s "
                          "PeerConnection until {}",
                          name_of_call(owed.call), party.name,
                          deed.kind == Kind::dtls_alert ? "the DTLS alert" : deed.words->text));
        }
        owed = {};
        break;
      case Kind::pc_opens:
      case Kind::pc_closes:
      case Kind::detaches:
        owed = {};
        break;
      default:
        break;
    }
  }

  void at_rest(const Story& story) override {
    for (int who = 0; who < story.parties(); ++who) {
      const Party& party = story.party(who);
      const Owed& owed = owed_[static_cast<std::size_t>(who)];
      if (owed.call == kNoCall || owed.call != party.pc_call || !party.pc_open || party.gone) {
        continue;
      }
      broken(fmt::format("{} was terminated, but {}'s PeerConnection is still open: {}",
                         name_of_call(owed.call), party.name,
                         party.close_asked ? "the close_pc had no effect" : "nobody closes it"));
    }
  }

 private:
  struct Owed {
    int call = kNoCall;
    TimeNs since = 0;
  };
  std::vector<Owed> owed_;
};

}  // namespace

std::unique_ptr<Monitor> make_pc_close() { return std::make_unique<PcClose>(); }

}  // namespace onhook::laws
