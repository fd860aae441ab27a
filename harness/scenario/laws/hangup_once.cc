// SPDX-License-Identifier: GPL-3.0-or-later
// HANGUP-ONCE. The application is told one `hangup` for each call that it was shown ("calling",
// "incomingcall"), and none for another; and it is told before it is shown the next call, or it
// would take it for that one's.
#include <fmt/format.h>

#include "harness/scenario/laws/all.h"

namespace onhook::laws {
namespace {

class HangupOnce : public Monitor {
 public:
  KindSet kinds() const override { return bit(Kind::receives); }

  void begin(const Story& story) override {
    counts_.assign(static_cast<std::size_t>(story.parties()), {});
  }

  void on_deed(const Deed& deed, const Story& story) override {
    if (deed.who == kNobody) return;
    const Party& party = story.party(deed.who);
    Count& count = counts_[static_cast<std::size_t>(deed.who)];
    if (deed.words->first == "hangup") {
      if (count.told == count.shown) {
        broken(fmt::format("{} is told a hangup, but was shown no call that is not hung up yet",
                           party.name));
      } else if (count.told + 1 < count.shown) {
        broken(fmt::format("{} is told the hangup of a call after it was shown the next one",
                           party.name));
      }
      ++count.told;
    } else if (deed.words->first == "calling" || deed.words->first == "incomingcall") {
      ++count.shown;
    }
  }

  void at_rest(const Story& story) override {
    for (int who = 0; who < story.parties(); ++who) {
      if (story.party(who).gone) continue;
      const Count& count = counts_[static_cast<std::size_t>(who)];
      unsigned open = 0;
      for (int handle = 1; handle < story.handles(); ++handle) {
        const Call* call = story.call(handle);
        if (call != nullptr && call->who == who && call->shown && !call->ended) ++open;
      }
      if (count.told + open < count.shown) {
        broken(fmt::format("{} was shown {} calls, {} of them still go on, and told {} hangups",
                           story.party(who).name, count.shown, open, count.told));
      }
    }
  }

 private:
  struct Count {
    unsigned shown = 0;
    unsigned told = 0;
  };
  std::vector<Count> counts_;
};

}  // namespace

std::unique_ptr<Monitor> make_hangup_once() { return std::make_unique<HangupOnce>(); }

}  // namespace onhook::laws
