// SPDX-License-Identifier: GPL-3.0-or-later
// REPLY. Every request that the plugin takes on ("ack") is answered by the handler thread with
// exactly one event. Events that merely carry the transaction of an earlier request (the plugin
// keeps that of `register` and `call`) come from other threads and do not count.
#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/laws/all.h"

namespace onhook::laws {
namespace {

class Reply : public Monitor {
 public:
  KindSet kinds() const override { return bit(Kind::awaits) | bit(Kind::answered); }

  void begin(const Story& story) override {
    awaited_.assign(static_cast<std::size_t>(story.parties()), {});
    answered_.assign(static_cast<std::size_t>(story.parties()), {});
  }

  void on_deed(const Deed& deed, const Story& story) override {
    if (deed.who == kNobody) return;
    const auto who = static_cast<std::size_t>(deed.who);
    if (deed.kind == Kind::awaits) {
      awaited_[who].push_back(deed.words->text);
      return;
    }
    if (story.lane(deed.thread).role != "janus_sip_handler") return;
    const bool again = std::ranges::find(answered_[who], deed.words->text) != answered_[who].end();
    if (again) {
      broken(fmt::format("{}'s request {} is answered twice", story.party(deed.who).name,
                         deed.words->text));
    }
    answered_[who].push_back(deed.words->text);
  }

  void at_rest(const Story& story) override {
    for (std::size_t who = 0; who < awaited_.size(); ++who) {
      const Party& party = story.party(static_cast<int>(who));
      if (party.gone) continue;
      for (const std::string_view request : awaited_[who]) {
        if (std::ranges::find(answered_[who], request) != answered_[who].end()) continue;
        broken(fmt::format("{}'s request {} is never answered", party.name, request));
      }
    }
  }

 private:
  std::vector<std::vector<std::string_view>> awaited_;
  std::vector<std::vector<std::string_view>> answered_;
};

}  // namespace

std::unique_ptr<Monitor> make_reply() { return std::make_unique<Reply>(); }

}  // namespace onhook::laws
