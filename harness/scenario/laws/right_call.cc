// SPDX-License-Identifier: GPL-3.0-or-later
// RIGHT-CALL. The cleanup of one call never touches the next.
//
// A cleanup is what a thread does while it delivers the end of a call, while it runs hangup_media
// for a PeerConnection that was asked to close, or as the relay thread of a call. Whose it is, is
// decided when it is asked for: close_pc is asked for by the call whose event is being delivered,
// however late the core gets round to it. It touches another call when it ends that one's dialog
// or, being a relay thread, takes that one's media away.
#include <fmt/format.h>

#include "harness/scenario/laws/all.h"

namespace onhook::laws {
namespace {

class RightCall : public Monitor {
 public:
  KindSet kinds() const override {
    return bit(Kind::calls) | bit(Kind::hangup_media) | bit(Kind::pc_closes) | bit(Kind::receives) |
           bit(Kind::destroy_session) | bit(Kind::close_pc) | bit(Kind::pc_opens) |
           bit(Kind::starts) | bit(Kind::sets);
  }

  void begin(const Story& story) override {
    threads_.assign(story.trace().lanes.size(), {});
    closers_.assign(static_cast<std::size_t>(story.parties()), kNoCall);
  }

  void on_deed(const Deed& deed, const Story& story) override {
    Cleanup& own = threads_[deed.thread];
    switch (deed.kind) {
      case Kind::close_pc:
        if (deed.who != kNobody && closers_[index(deed.who)] == kNoCall) {
          closers_[index(deed.who)] = story.party(deed.who).close_owner;
        }
        break;
      case Kind::pc_opens:
        if (deed.who != kNobody) closers_[index(deed.who)] = kNoCall;
        break;
      case Kind::hangup_media:
        if (deed.who != kNobody) begin_hangup(deed, story);
        break;
      case Kind::pc_closes:
      case Kind::destroy_session:
        own = {};
        break;
      case Kind::receives:
        if (deed.words->first == "webrtc_hangup" || deed.words->first == "webrtcup") own = {};
        break;
      case Kind::starts:
        if (story.lane(deed.thread).role == "janus_sip_relay_thread") {
          const int who = story.account(deed.thread);
          if (who != kNobody) own = {story.party(who).latest_call, "relay thread"};
        }
        break;
      case Kind::sets:
        note_field(deed, own, story);
        break;
      default:
        note_call(deed, own, story);
    }
  }

 private:
  struct Cleanup {
    int owner = kNoCall;
    std::string_view what;
  };
  static std::size_t index(int who) { return static_cast<std::size_t>(who); }

  void begin_hangup(const Deed& deed, const Story& story) {
    const Party& party = story.party(deed.who);
    int owner = party.pc_call;
    if (deed.words->text == "Close PC" && closers_[index(deed.who)] != kNoCall) {
      owner = closers_[index(deed.who)];
    }
    closers_[index(deed.who)] = kNoCall;
    if (deed.words->text == "Detach") owner = kNoCall;  // that ends whatever there is
    threads_[deed.thread] = {owner, "hangup_media"};
  }

  void note_call(const Deed& deed, const Cleanup& own, const Story& story) {
    const Words& words = *deed.words;
    const bool ends = words.first == "nua_bye" || words.first == "nua_cancel" ||
                      (words.first == "nua_respond" && words.status >= 300);
    if (!ends) return;
    Cleanup cleanup = own;
    if (cleanup.owner == kNoCall && story.ends_call(deed.thread)) {
      cleanup = {story.delivered(deed.thread), "end"};
    }
    if (is_later(words.handle, cleanup.owner, story)) {
      broken(fmt::format("the {} of {} ends the next: it calls {} for handle {}", cleanup.what,
                         name_of_call(cleanup.owner), words.first, words.handle));
    }
  }

  void note_field(const Deed& deed, const Cleanup& own, const Story& story) {
    if (own.what != "relay thread") return;
    const Words& words = *deed.words;
    if (words.text != "media.has_audio 1 -> 0" && words.text != "media.has_video 1 -> 0") return;
    const int who = story.account(deed.thread);
    if (who == kNobody) return;
    const int latest = story.party(who).latest_call;
    const Call* next = story.call(latest);
    if (next == nullptr || next->ended || !is_later(latest, own.owner, story)) return;
    broken(fmt::format("the relay thread of {} takes the media of the next away: {}",
                       name_of_call(own.owner), words.text));
  }

  /// Both are calls of one browser, and the first began after the second.
  static bool is_later(int handle, int owner, const Story& story) {
    const Call* touched = story.call(handle);
    const Call* own = story.call(owner);
    return touched != nullptr && own != nullptr && touched->who == own->who &&
           touched->number > own->number;
  }

  std::vector<Cleanup> threads_;
  std::vector<int> closers_;
};

}  // namespace

std::unique_ptr<Monitor> make_right_call() { return std::make_unique<RightCall>(); }

}  // namespace onhook::laws
