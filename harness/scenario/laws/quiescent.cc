// SPDX-License-Identifier: GPL-3.0-or-later
// QUIESCENT. When all is over nothing of a call is left: the session says idle, its flags are down,
// it holds no handle, no relay thread and no recorder, and no media socket or pipe is open.
//
// Asked of each browser that has no call any more, when all is at rest; of the sockets when nobody
// has one. Whether the PeerConnection is gone is PC-CLOSE's question.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/scenario/laws/all.h"

namespace onhook::laws {
namespace {

struct Expected {
  std::string_view key;
  std::string_view value;
};
/// Of a session that is still there.
constexpr std::array kOfSession = {
    Expected{"call_status", "idle"},    Expected{"establishing", "0"},
    Expected{"established", "0"},       Expected{"hangingup", "0"},
    Expected{"relayer_thread", "none"}, Expected{"s_nh_i", "none"},
    Expected{"recorders", "none"}};
/// Of the whole process.
constexpr std::array kOfAll = {Expected{"sockets", "0"}, Expected{"pipes", "0"}};

class Quiescent : public Monitor {
 public:
  KindSet kinds() const override {
    return bit(Kind::starts) | bit(Kind::exits) | bit(Kind::observed);
  }

  void begin(const Story& story) override {
    running_.clear();
    left_.assign(static_cast<std::size_t>(story.parties()), {});
    open_.clear();
  }

  void on_deed(const Deed& deed, const Story& story) override {
    if (deed.kind == Kind::observed) return note_observation(deed);
    if (story.lane(deed.thread).role != "janus_sip_relay_thread") return;
    if (deed.kind == Kind::starts) running_.push_back(deed.thread);
    if (deed.kind == Kind::exits) std::erase(running_, deed.thread);
  }

  void at_rest(const Story& story) override {
    bool anybody = false;
    for (int who = 0; who < story.parties(); ++who) {
      const std::string_view name = story.party(who).name;
      if (story.has_open_call(who)) {
        anybody = true;
        continue;
      }
      const std::string& left = left_[static_cast<std::size_t>(who)];
      if (!left.empty()) {
        broken(fmt::format("{} has no call, but its session says {}", name, left));
      }
    }
    for (const ThreadId thread : running_) {
      const int who = story.account(thread);
      if (who != kNobody ? story.has_open_call(who) : anybody) continue;
      broken(fmt::format("the relay thread '{}' still runs, but there is no call",
                         story.lane(thread).name));
    }
    if (!anybody && !open_.empty()) broken("nobody has a call, but left open are " + open_);
  }

 private:
  static void add(std::string& list, std::string_view item) {
    if (!list.empty()) list += ", ";
    list += item;
  }

  void note_observation(const Deed& deed) {
    const auto is_other = [&](const Expected& e) {
      return deed.words->text.starts_with(e.key) &&
             deed.words->text.size() == e.key.size() + 1 + deed.words->object.size() &&
             deed.words->object != e.value;
    };
    if (deed.who != kNobody) {
      if (std::ranges::any_of(kOfSession, is_other)) {
        add(left_[static_cast<std::size_t>(deed.who)], deed.words->text);
      }
    } else if (std::ranges::any_of(kOfAll, is_other)) {
      add(open_, fmt::format("{} {}", deed.words->object,
                             deed.words->text.substr(0, deed.words->text.find(' '))));
    }
  }

  std::vector<ThreadId> running_;
  std::vector<std::string> left_;
  std::string open_;
};

}  // namespace

std::unique_ptr<Monitor> make_quiescent() { return std::make_unique<Quiescent>(); }

}  // namespace onhook::laws
