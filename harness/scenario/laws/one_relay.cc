// SPDX-License-Identifier: GPL-3.0-or-later
// ONE-RELAY. At most one relay thread a session: two read from the same sockets, and the first that
// leaves closes them. Sessions of one account (helpers) have threads of the same name.
#include <fmt/format.h>

#include "harness/scenario/laws/all.h"

namespace onhook::laws {
namespace {

class OneRelay : public Monitor {
 public:
  KindSet kinds() const override {
    return bit(Kind::starts) | bit(Kind::exits) | bit(Kind::requests);
  }

  void begin(const Story&) override {
    running_.clear();
    helpers_ = 0;
  }

  void on_deed(const Deed& deed, const Story& story) override {
    if (deed.kind == Kind::requests) {
      const bool helper = deed.words->first == "register" &&
                          deed.words->text.find(", type helper") != deed.words->text.npos;
      if (helper) ++helpers_;
      return;
    }
    const Lane& lane = story.lane(deed.thread);
    if (lane.role != "janus_sip_relay_thread") return;
    if (deed.kind == Kind::exits) {
      std::erase(running_, deed.thread);
      return;
    }
    running_.push_back(deed.thread);
    unsigned same = 0;
    for (const ThreadId thread : running_) same += story.lane(thread).name == lane.name ? 1 : 0;
    if (same > 1 + helpers_) {
      broken(fmt::format("{} relay threads '{}' run at once", same, lane.name));
    }
  }

 private:
  std::vector<ThreadId> running_;
  unsigned helpers_ = 0;
};

}  // namespace

std::unique_ptr<Monitor> make_one_relay() { return std::make_unique<OneRelay>(); }

}  // namespace onhook::laws
