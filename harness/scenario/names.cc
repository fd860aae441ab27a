// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/scenario/names.h"

#include <algorithm>
#include <array>

#include "fakes/vocabulary.h"

namespace onhook::names {
namespace {

namespace verb = fakes::verb;
using Words = std::span<const std::string_view>;

constexpr std::array kKeywords = {
    Keyword{"scenario", "scenario NAME [\"SUMMARY\"]", "Begins the file and names the scenario."},
    Keyword{"see", "see REFERENCE {, REFERENCE}", "Where the bug or the rule is described."},
    Keyword{"actor", "actor NAME browser|sip_peer|sofia_peer|core",
            "Somebody at one end of the call, or Janus between them."},
    Keyword{
        "sip", "sip fake|sofia [with N losses|duplications|reorderings {, ...}]",
        "Whose nua the plugin calls (without this line: the fake), and how many of its datagrams "
        "the network may disturb."},
    Keyword{
        "datagram", "datagram NAME, below it one \"LINE\" of its text each",
        "SIP as no user agent would write it, for a peer that `sends NAME`; each line ends with "
        "CRLF, and without lines it is empty."},
    Keyword{"thread", "thread NAME ENTRY_FUNCTION [of ACTOR | number N]",
            "A name for the plugin's threads that run this function."},
    Keyword{"given", "given KIND ACTOR [-> ACTOR] [with OPTION {, OPTION}]",
            "The state before the race; it is reached in one fixed way."},
    Keyword{"event", "event NAME SUBJECT VERB [OBJECT] {, ATTRIBUTE}",
            "An operation that an order can hold back; it must be reached."},
    Keyword{"order", "order every of EVENT {, EVENT} | order EVENT < EVENT {< EVENT}",
            "Which orders of the events are forced."},
    Keyword{"always", "always CONDITION", "A law: true after everything that happens."},
    Keyword{"never", "never CONDITION", "A law: true after nothing that happens."},
    Keyword{"finally", "finally CONDITION", "A law: true when all is over."},
    Keyword{"settles", "settles within DURATION", "How long after the race begins all is over."},
    Keyword{"without", "without LAW because \"REASON\"", "A general law that is not asked for."},
    Keyword{"judged", "judged by LAW {, LAW}",
            "General laws that need a judge, which watches every execution."},
    Keyword{"program", "program FILE.c [with {-DNAME[=VALUE]} {ARGUMENT}]",
            "The subject is this C program instead of the plugin."}};

constexpr std::array<std::string_view, 16> kInnerWords = {
    "within", "after", "on",   "with",  "of",      "every",    "because",    "and",
    "or",     "not",   "true", "false", "browser", "sip_peer", "sofia_peer", "core"};

constexpr std::array kActorKinds = {
    ActorKindName{"browser", fakes::ActorKind::browser,
                  "A client of Janus with a handle and a PeerConnection."},
    ActorKindName{"sip_peer", fakes::ActorKind::sip_peer,
                  "A SIP user agent that the plugin talks to, scripted down to the last header."},
    ActorKindName{"sofia_peer", fakes::ActorKind::sofia_peer,
                  "A second real user agent of libsofia-sip-ua; with `sip sofia`."},
    ActorKindName{"core", fakes::ActorKind::core, "Janus itself, the plugin's host."}};

constexpr std::array kSipStacks = {
    SipStackName{"fake", fakes::SipStack::fake, "The fake nua, whose every step can be explored."},
    SipStackName{"sofia", fakes::SipStack::sofia,
                 "The real libsofia-sip-ua, with its threads, timers and sockets in the world."}};

constexpr std::array kDisturbances = {
    DisturbanceName{"losses", &fakes::SipDisturbance::losses, "never arrive."},
    DisturbanceName{"duplications", &fakes::SipDisturbance::duplications, "arrive twice."},
    DisturbanceName{"reorderings", &fakes::SipDisturbance::reorderings,
                    "arrive 100 ms late, after what was sent meanwhile."}};

// nua_callstate_name() of sofia-sip.
constexpr std::array<std::string_view, 11> kCallstates = {
    "init",  "authenticating", "calling", "proceeding",  "completing", "received",
    "early", "completed",      "ready",   "terminating", "terminated"};

constexpr std::array<std::string_view, 1> kWhiles = {"held"};
constexpr std::array<std::string_view, 2> kTransports = {"websockets", "http"};
constexpr std::array<std::string_view, 2> kJseps = {"offer", "answer"};
constexpr std::array<std::string_view, 3> kCallOptions = {"audio", "video", "media flowing"};
constexpr std::array<std::string_view, 1> kAccountOptions = {"force_tcp"};

constexpr SubjectSet kCoreSubjects = kBrowser | kThread;
constexpr UseSet kAct = kInstruction | kReaction | kEvent;

constexpr std::array kVerbs = {
    Verb{verb::kRequests, kBrowser, kAct, ObjectKind::request, "Sends the plugin a request."},
    Verb{verb::kCloses, kBrowser, kAct, ObjectKind::pc,
         "Goes away with its PeerConnection: the core sees a DTLS alert."},
    Verb{verb::kConnects, kBrowser, kEvent, ObjectKind::pc, "ICE and DTLS are up at its end."},
    Verb{verb::kSends, kBrowser, kAct, ObjectKind::packet, "Sends one media packet."},
    Verb{verb::kIceFails, kBrowser, kEvent, ObjectKind::pc, "Its PeerConnection never comes up."},
    Verb{verb::kDetaches, kBrowser, kAct, ObjectKind::none, "Detaches its handle."},
    Verb{verb::kReceives, kBrowser, kEvent, ObjectKind::client_event, "Is told an event."},
    Verb{verb::kPcOpens, kCoreSubjects, kEvent, ObjectKind::none,
         "The core has set up a PeerConnection."},
    Verb{verb::kPcCloses, kCoreSubjects, kEvent, ObjectKind::reason,
         "The core ends the PeerConnection, for this reason."},
    Verb{verb::kClosePc, kCoreSubjects, kEvent, ObjectKind::none,
         "The plugin asks the core to close the PeerConnection."},
    Verb{verb::kEndSession, kCoreSubjects, kEvent, ObjectKind::none,
         "The plugin asks the core to end the session."},
    Verb{verb::kHangupMedia, kCoreSubjects, kEvent, ObjectKind::reason,
         "The core calls the plugin's hangup_media."},
    Verb{verb::kSetupMedia, kCoreSubjects, kEvent, ObjectKind::none,
         "The core calls the plugin's setup_media."},
    Verb{verb::kCreateSession, kCoreSubjects, kEvent, ObjectKind::none,
         "The core calls the plugin's create_session."},
    Verb{verb::kDestroySession, kCoreSubjects, kEvent, ObjectKind::none,
         "The core calls the plugin's destroy_session."},
    Verb{verb::kDtlsAlert, kCoreSubjects, kEvent, ObjectKind::none,
         "The core acts on the client's DTLS alert."},
    Verb{verb::kShuts, kCore, kInstruction | kEvent, ObjectKind::down,
         "Shuts down: ends its watchdog, parts with its clients, has the plugin destroyed."},
    Verb{verb::kDestroys, kCore, kEvent, ObjectKind::plugin, "Calls the plugin's destroy."},
    Verb{verb::kCalls, kThread, kEvent, ObjectKind::nua_function, "Calls a function of nua."},
    Verb{verb::kDelivers, kThread, kEvent, ObjectKind::nua_event,
         "Runs the plugin's callback for an event of nua."},
    Verb{verb::kStarts, kThread, kEvent, ObjectKind::none, "Begins to run."},
    Verb{verb::kExits, kThread, kEvent, ObjectKind::none, "Leaves its entry function."},
    Verb{verb::kEnters, kThread, kEvent, ObjectKind::function, "Begins to run a function."},
    Verb{verb::kLeaves, kThread, kEvent, ObjectKind::function, "Returns from a function."},
    Verb{verb::kLocks, kThread, kEvent, ObjectKind::variable, "Gets a mutex or rwlock."},
    Verb{verb::kUnlocks, kThread, kEvent, ObjectKind::variable, "Gives a mutex or rwlock back."},
    Verb{verb::kReads, kThread, kEvent, ObjectKind::variable, "Reads memory of the plugin's."},
    Verb{verb::kWrites, kThread, kEvent, ObjectKind::variable, "Writes memory of the plugin's."},
    Verb{verb::kGets, kSipPeer, kEvent, ObjectKind::sip_message, "Gets a SIP message."},
    Verb{verb::kSends, kSipPeer, kAct, ObjectKind::sendable,
         "Sends a SIP request, one media packet or a datagram of the scenario."},
    Verb{verb::kCloses, kSipPeer, kAct, ObjectKind::packet,
         "Closes its port for these: what is sent there comes back as ICMP errors."},
    Verb{verb::kReplies, kSipPeer, kAct, ObjectKind::status_code,
         "Answers the SIP request; unasked, the INVITE that waits."},
    Verb{"ignores", kSipPeer | kBrowser, kReaction, ObjectKind::none,
         "Does nothing about it: a SIP request is never answered."}};

constexpr std::array kAttributeKeys = {
    AttributeKey{verb::kHears, "while", kWhiles, "Though it has put the call on hold."},
    AttributeKey{verb::kReceives, "code", {}, "The status code or the error's."},
    AttributeKey{verb::kReceives, "reason", {}, "The reason, its commas written as ';'."},
    AttributeKey{verb::kReceives, "jsep", kJseps, "The kind of description that came with it."},
    AttributeKey{verb::kShuts, "transport", kTransports,
                 "What its clients use (websockets, without this): those of http are not told, and "
                 "their handles stay."},
    AttributeKey{verb::kDelivers, "callstate", kCallstates, "The state of a nua_i_state."},
    AttributeKey{verb::kDelivers, "status", {}, "The status code of the event."},
    AttributeKey{verb::kDelivers, "phrase", {}, "The phrase of the event."},
    AttributeKey{verb::kDelivers, "handle", {}, "The number of the handle, by age."}};

constexpr std::array kGivens = {
    Given{"registered", Given::Form::one_actor, kAccountOptions,
          "The actor's account is registered; with `force_tcp` its SIP goes over TCP."},
    Given{
        "helper",
        Given::Form::from_to,
        {},
        "The first is a helper session of the other's account: Janus gives each call of an account "
        "a session of its own."},
    Given{"call", Given::Form::from_to, kCallOptions,
          "A call from one actor to the other, answered, its PeerConnection up. The browser's "
          "account "
          "is a guest's, which is at no registrar, unless `given registered` stands before it."},
    Given{"ringing", Given::Form::from_to, {}, "The same, not answered yet."}};

template <typename Table>
bool contains(const Table& table, std::string_view word) {
  return std::find(table.begin(), table.end(), word) != table.end();
}

}  // namespace

std::span<const Keyword> keywords() { return kKeywords; }
Words inner_words() { return kInnerWords; }
std::span<const ActorKindName> actor_kinds() { return kActorKinds; }
std::span<const SipStackName> sip_stacks() { return kSipStacks; }
std::span<const DisturbanceName> disturbances() { return kDisturbances; }
std::span<const Verb> verbs() { return kVerbs; }
std::span<const AttributeKey> attribute_keys() { return kAttributeKeys; }
std::span<const Given> givens() { return kGivens; }

SubjectSet subject_of(fakes::ActorKind kind) {
  switch (kind) {
    case fakes::ActorKind::browser:
      return kBrowser;
    case fakes::ActorKind::core:
      return kCore;
    case fakes::ActorKind::sip_peer:
    case fakes::ActorKind::sofia_peer:
      break;
  }
  return kSipPeer;
}

bool is_reserved(std::string_view word) {
  return contains(kInnerWords, word) || contains(keyword_words(), word);
}

const Verb* find_verb(std::string_view word, SubjectSet subject) {
  for (const Verb& v : kVerbs) {
    if (v.word == word && (v.subjects & subject) != 0) return &v;
  }
  return nullptr;
}

std::vector<std::string_view> keyword_words() {
  std::vector<std::string_view> words;
  for (const Keyword& k : kKeywords) words.push_back(k.word);
  return words;
}

std::vector<std::string_view> verb_words(SubjectSet subjects, UseSet uses) {
  std::vector<std::string_view> words;
  for (const Verb& v : kVerbs) {
    if ((v.subjects & subjects) != 0 && (v.uses & uses) != 0) words.push_back(v.word);
  }
  return words;
}

std::vector<std::string_view> observable_heads() {
  std::vector<std::string_view> words;
  for (const ObservableName& o : observables()) {
    if (!contains(words, o.head)) words.push_back(o.head);
  }
  return words;
}

std::vector<std::string_view> observable_fields(std::string_view head) {
  std::vector<std::string_view> words;
  for (const ObservableName& o : observables()) {
    if (o.head == head && !o.field.empty()) words.push_back(o.field);
  }
  return words;
}

}  // namespace onhook::names
