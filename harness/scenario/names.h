// SPDX-License-Identifier: GPL-3.0-or-later
// Every word of the scenario language, once: the parser and the compiler accept what stands in
// these tables and nothing else, and a manual can be printed from them.
//
// A verb is one of fakes/vocabulary.h; its row says who may do it, in which declarations it can
// stand and what its object is. Words of SIP, nua and the plugin's own API are closed lists too, so
// that a misspelt event is an error of the file and not an event that never happens.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "fakes/script.h"
#include "harness/scenario/compiled.h"

namespace onhook::names {

struct Keyword {
  std::string_view word;  ///< the first word of a declaration
  std::string_view form;  ///< its grammar, one line
  std::string_view doc;   ///< one sentence
};
std::span<const Keyword> keywords();

/// Words inside declarations ("within", "every"); with the keywords they are no names of anything.
std::span<const std::string_view> inner_words();
bool is_reserved(std::string_view word);

struct ActorKindName {
  std::string_view word;
  fakes::ActorKind kind;
  std::string_view doc;
};
std::span<const ActorKindName> actor_kinds();

struct SipStackName {
  std::string_view word;
  fakes::SipStack stack;
  std::string_view doc;
};
std::span<const SipStackName> sip_stacks();

/// What the network may do to SIP datagrams.
struct DisturbanceName {
  std::string_view word;
  unsigned fakes::SipDisturbance::*most;
  std::string_view doc;
};
std::span<const DisturbanceName> disturbances();

/// Who can be the subject of a verb or of an observable; a set of bits.
using SubjectSet = unsigned;
inline constexpr SubjectSet kBrowser = 1;
inline constexpr SubjectSet kSipPeer = 2;
inline constexpr SubjectSet kThread = 4;
inline constexpr SubjectSet kCore = 8;
/// The subject that an actor of this kind is.
SubjectSet subject_of(fakes::ActorKind kind);

/// Where a verb can stand; a set of bits.
using UseSet = unsigned;
inline constexpr UseSet kInstruction = 1;  ///< done unasked, so an event of it makes it happen
inline constexpr UseSet kReaction = 2;
inline constexpr UseSet kEvent = 4;

enum class ObjectKind {
  none,
  request,       ///< of the plugin's API: "hangup"
  client_event,  ///< what the client is told: "incomingcall"
  pc,            ///< the word "pc"
  down,          ///< the word "down"
  plugin,        ///< the word "plugin"
  packet,        ///< "rtp"
  reason,        ///< any text, optional: "DTLS alert"
  nua_event,     ///< "nua_i_state"
  nua_function,  ///< "nua_bye"
  sip_method,    ///< "BYE"
  sendable,      ///< what a SIP peer sends: a method, a packet or one of the file's datagrams
  sip_message,   ///< a method, or a status code and a method: "200 INVITE"
  status_code,   ///< 100 to 699
  function,      ///< of the plugin or program, by its name in the source
  variable,      ///< a field of the plugin's session ("media.has_audio"), or a global variable
  state_key      ///< of the plugin's state: "call_status"; the plugin's revision knows which
};
/// What an object of this kind is called in messages: "a SIP method".
std::string_view to_string(ObjectKind kind);
/// The closed list behind a kind; empty for kinds that are no list.
std::span<const std::string_view> words_of(ObjectKind kind);

struct Verb {
  std::string_view word;
  SubjectSet subjects;
  UseSet uses;
  ObjectKind object;
  std::string_view doc;
};
/// A word may have several rows, for different subjects.
std::span<const Verb> verbs();
/// The row of `word` for one kind of subject, or nullptr.
const Verb* find_verb(std::string_view word, SubjectSet subject);

/// The values that an attribute of an event may have: "callstate terminated". An empty list of
/// values stands for any text.
struct AttributeKey {
  std::string_view verb;
  std::string_view key;
  std::span<const std::string_view> values;
  std::string_view doc;
};
std::span<const AttributeKey> attribute_keys();

struct Given {
  enum class Form { one_actor, from_to };
  std::string_view kind;
  Form form;
  std::span<const std::string_view> options;
  std::string_view doc;
};
std::span<const Given> givens();

/// "pc(alice).closed_count" is the row with head "pc" and field "closed_count".
struct ObservableName {
  std::string_view head;
  std::string_view field;  ///< "" when the head alone is an observable
  SubjectSet subjects;
  std::string_view verb;
  std::string_view opposite_verb;  ///< balance and is_open only
  Observable::Reading reading;
  ValueType type;
  /// What may follow the subject: none, or attributes of which the first is such an object.
  ObjectKind argument;
  std::string_view doc;
};
std::span<const ObservableName> observables();

/// The laws that hold in every scenario unless it says `without`. Those of the trace are judged in
/// every run (laws/laws.h), the others when their judges watch (harness/race/judges.h).
struct GeneralLaw {
  std::string_view name;
  std::string_view doc;   ///< one sentence
  std::string_view says;  ///< when exactly it is broken, and what it does not say; lines
};
std::span<const GeneralLaw> general_laws();

/// The distinct first columns of tables, for suggestions.
std::vector<std::string_view> keyword_words();
std::vector<std::string_view> verb_words(SubjectSet subjects, UseSet uses);
std::vector<std::string_view> observable_heads();
std::vector<std::string_view> observable_fields(std::string_view head);

}  // namespace onhook::names
