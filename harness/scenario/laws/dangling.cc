// SPDX-License-Identifier: GPL-3.0-or-later
// DANGLING. nua_destroy() frees the user agent and all its handles, so whoever asks something of
// one after that reads freed memory. The fake nua frees nothing and says "dangling" instead; calls
// of the real library are told so, too, and made all the same (fakes/sofia/sofia_nua.h).
#include <fmt/format.h>

#include "harness/scenario/laws/all.h"

namespace onhook::laws {
namespace {

class Dangling : public Monitor {
 public:
  KindSet kinds() const override { return bit(Kind::calls); }

  void begin(const Story&) override {}

  void on_deed(const Deed& deed, const Story& story) override {
    if (deed.words->text.find(", dangling") == deed.words->text.npos) return;
    broken(fmt::format("{} calls {} on what nua_destroy() has freed", story.lane(deed.thread).name,
                       deed.words->first));
  }
};

}  // namespace

std::unique_ptr<Monitor> make_dangling() { return std::make_unique<Dangling>(); }

}  // namespace onhook::laws
