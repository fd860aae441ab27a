// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/laws/story.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "fakes/vocabulary.h"
#include "harness/base/strings.h"

namespace onhook::laws {
namespace {

namespace verb = fakes::verb;

struct VerbKind {
  std::string_view verb;
  Kind kind;
};
constexpr std::array kVerbs = {VerbKind{verb::kRequests, Kind::requests},
                               VerbKind{verb::kReceives, Kind::receives},
                               VerbKind{verb::kDetaches, Kind::detaches},
                               VerbKind{verb::kPcOpens, Kind::pc_opens},
                               VerbKind{verb::kPcCloses, Kind::pc_closes},
                               VerbKind{verb::kClosePc, Kind::close_pc},
                               VerbKind{verb::kHangupMedia, Kind::hangup_media},
                               VerbKind{verb::kDestroySession, Kind::destroy_session},
                               VerbKind{verb::kDtlsAlert, Kind::dtls_alert},
                               VerbKind{verb::kCalls, Kind::calls},
                               VerbKind{verb::kDelivers, Kind::delivers},
                               VerbKind{verb::kGets, Kind::gets},
                               VerbKind{verb::kSends, Kind::sends},
                               VerbKind{verb::kReplies, Kind::replies},
                               VerbKind{verb::kStarts, Kind::starts},
                               VerbKind{verb::kExits, Kind::exits},
                               VerbKind{verb::kSets, Kind::sets},
                               VerbKind{verb::kStatus, Kind::observed},
                               VerbKind{verb::kObserved, Kind::observed},
                               VerbKind{verb::kAwaits, Kind::awaits},
                               VerbKind{verb::kAnswered, Kind::answered}};

/// The number behind "KEY " at the beginning of `attribute`, or -1.
int number_after(std::string_view key, std::string_view attribute) {
  if (!attribute.starts_with(key)) return -1;
  attribute.remove_prefix(key.size());
  int value = 0;
  const auto [end, error] =
      std::from_chars(attribute.data(), attribute.data() + attribute.size(), value);
  return error == std::errc() ? value : -1;
}

Words take_apart(std::string_view text) {
  Words words;
  words.text = text;
  words.first = text.substr(0, text.find(", "));
  const std::size_t blank = text.find(' ');
  if (blank != text.npos) words.object = text.substr(blank + 1);
  for (std::size_t at = text.find(", "); at != text.npos; at = text.find(", ", at + 2)) {
    const std::string_view attribute = text.substr(at + 2, text.find(", ", at + 2) - at - 2);
    if (attribute == "callstate terminated") words.terminated = true;
    if (const int n = number_after("handle ", attribute); n > 0) words.handle = n;
    if (const int n = number_after("status ", attribute); n > 0) words.status = n;
    if (const int n = number_after("code ", attribute); n > 0) words.status = n;
  }
  return words;
}

}  // namespace

Story::Story(const CompiledScenario& scenario) : anybody_(intern("")) {
  for (const VerbKind& row : kVerbs) {
    const StringId id = intern(row.verb);
    if (kinds_.size() <= id) kinds_.resize(id + 1u, Kind::other);
    kinds_[id] = row.kind;
  }
  for (const fakes::ActorSpec& actor : scenario.script.actors) {
    if (actor.kind != fakes::ActorKind::browser) continue;
    actors_.push_back(intern(actor.name));
    names_.push_back(actor.name);
  }
}

void Story::begin(const Trace& trace) {
  trace_ = &trace;
  calls_.assign(1, {});
  parties_.assign(names_.size(), {});
  for (std::size_t i = 0; i < names_.size(); ++i) parties_[i].name = names_[i];
  threads_.assign(trace.lanes.size(), {});
  begun_ = 0;
}

const Words& Story::words_of(StringId detail) {
  if (known_.size() <= detail) known_.resize(detail + 1u, -1);
  if (known_[detail] < 0) {
    known_[detail] = static_cast<std::int32_t>(words_.size());
    words_.push_back(take_apart(text_of(detail)));
  }
  return words_[static_cast<std::size_t>(known_[detail])];
}

int Story::party_of(StringId actor) const {
  if (actor == anybody_) return kNobody;
  const auto at = std::ranges::find(actors_, actor);
  return at == actors_.end() ? kNobody : static_cast<int>(at - actors_.begin());
}

int Story::account(ThreadId thread) const {
  const std::string& lane = trace_->lanes[thread].name;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const std::string& name = names_[i];
    if (lane.size() > name.size() && lane.ends_with(name) &&
        lane[lane.size() - name.size() - 1] == ' ') {
      return static_cast<int>(i);
    }
  }
  return names_.size() == 1 ? 0 : kNobody;
}

Role Story::role(ThreadId thread) {
  ThreadNotes& notes = threads_[thread];
  if (notes.role < 0) {
    const std::string& entry = trace_->lanes[thread].role;
    const Role role = entry.empty()                       ? Role::other
                      : entry == "janus_sip_relay_thread" ? Role::relay
                      : entry == "janus_sip_sofia_thread" ? Role::sofia
                      : entry == "janus_sip_handler"      ? Role::handler
                                                          : Role::other;
    notes.role = static_cast<std::int8_t>(role);
  }
  return static_cast<Role>(notes.role);
}

const Call* Story::call(int handle) const {
  if (handle <= 0 || handle >= handles()) return nullptr;
  const Call& call = calls_[static_cast<std::size_t>(handle)];
  return call.known ? &call : nullptr;
}

bool Story::has_open_call(int who) const {
  return std::ranges::any_of(calls_,
                             [who](const Call& c) { return c.known && !c.ended && c.who == who; });
}

void Story::begin_call(int handle, bool incoming, int who) {
  if (calls_.size() <= static_cast<std::size_t>(handle)) {
    calls_.resize(static_cast<std::size_t>(handle) + 1);
  }
  Call& call = calls_[static_cast<std::size_t>(handle)];
  if (call.known) return;
  call.known = true;
  call.incoming = incoming;
  call.who = who;
  call.number = ++begun_;
  if (who != kNobody && !incoming) parties_[static_cast<std::size_t>(who)].latest_call = handle;
}

void Story::end_call(int handle, TimeNs now) {
  if (call(handle) == nullptr) return;
  Call& over = calls_[static_cast<std::size_t>(handle)];
  if (over.ended) return;
  over.ended = true;
  over.ended_at = now;
}

Deed Story::tell(std::size_t index) {
  const Fact& fact = trace_->facts[index];
  Deed deed;
  deed.kind = kind_of(fact.verb);
  deed.thread = fact.thread;
  deed.time = fact.time;
  deed.fact = index;
  if (deed.kind == Kind::other) return deed;
  deed.words = &words_of(fact.detail);
  deed.who = party_of(fact.actor);
  switch (deed.kind) {
    case Kind::calls:
      note_call(deed);
      break;
    case Kind::delivers:
      note_delivery(deed);
      break;
    case Kind::receives:
      note_event(deed);
      break;
    default:
      if (deed.who != kNobody) note_core(deed);
  }
  return deed;
}

/// The plugin calls a function of nua.
void Story::note_call(const Deed& deed) {
  const Words& words = *deed.words;
  if (words.handle == 0) return;
  if (words.first == "nua_invite") {
    const bool known = call(words.handle) != nullptr;
    begin_call(words.handle, false, names_.size() == 1 ? 0 : kNobody);
    if (!known) threads_[deed.thread].placed = words.handle;
  } else if (words.first == "nua_handle_destroy") {
    end_call(words.handle, deed.time);
  }
  const bool describes = words.first == "nua_invite" ||
                         (words.first == "nua_respond" && words.status > 100 && words.status < 300);
  const Call* made = call(words.handle);
  if (!describes || made == nullptr || made->who == kNobody) return;
  Party& party = parties_[static_cast<std::size_t>(made->who)];
  if (party.pc_open && party.pc_call == kNoCall) party.pc_call = words.handle;
}

void Story::note_delivery(Deed& deed) {
  const Words& words = *deed.words;
  ThreadNotes& thread = threads_[deed.thread];
  thread.handle = words.handle;
  thread.terminated = words.terminated;
  if (words.handle == 0) return;
  if (words.first == "nua_i_invite" && call(words.handle) == nullptr) {
    begin_call(words.handle, true, account(deed.thread));
  }
  const Call* about = call(words.handle);
  if (about == nullptr) return;
  if (words.terminated && words.first == "nua_i_state") end_call(words.handle, deed.time);
  deed.who = about->who;
}

/// The application is told something.
void Story::note_event(const Deed& deed) {
  if (deed.who == kNobody) return;
  const Words& words = *deed.words;
  Party& party = parties_[static_cast<std::size_t>(deed.who)];
  ThreadNotes& thread = threads_[deed.thread];
  if (words.first == "registered") party.registered = true;
  if (words.first == "unregistering" || words.first == "registration_failed") {
    party.registered = false;
  }
  // Whose call it is that this thread is at.
  const bool incoming = words.first == "incomingcall" || words.first == "missed_call";
  const int at = incoming ? thread.handle : thread.placed;
  if (call(at) == nullptr) return;
  Call& told = calls_[static_cast<std::size_t>(at)];
  if (words.first == "calling" || incoming) {
    told.who = deed.who;
    if (!incoming) thread.placed = kNoCall;
    if (words.first == "missed_call") return;
    told.shown = true;
    party.latest_call = at;
    if (!party.pc_open) return;
    const Call* served = call(party.pc_call);
    const bool free = served == nullptr || (served->ended && !party.pc_ending);
    // An offer that finds a PeerConnection is one for that.
    if (free && (!incoming || words.text.find("jsep offer") != words.text.npos)) {
      party.pc_call = at;
    }
  }
}

/// What the core does with a browser's handle, and what the browser does.
void Story::note_core(const Deed& deed) {
  Party& party = parties_[static_cast<std::size_t>(deed.who)];
  switch (deed.kind) {
    case Kind::pc_opens:
      party.pc_open = true;
      party.pc_ending = party.close_asked = false;
      party.close_owner = kNoCall;
      party.pc_call = kNoCall;
      if (const Call* offered = call(delivered(deed.thread));
          offered != nullptr && offered->incoming && !offered->ended) {
        party.pc_call = delivered(deed.thread);
      }
      break;
    case Kind::pc_closes:
      party.pc_open = false;
      break;
    case Kind::close_pc:
      party.close_asked = true;
      if (party.close_owner == kNoCall) {
        party.close_owner =
            delivered(deed.thread) != kNoCall ? delivered(deed.thread) : party.latest_call;
      }
      break;
    case Kind::hangup_media:
    case Kind::dtls_alert:
      party.pc_ending = true;
      break;
    case Kind::detaches:
    case Kind::destroy_session:
      party.gone = true;
      party.pc_ending = true;
      break;
    default:
      break;
  }
}

}  // namespace onhook::laws
