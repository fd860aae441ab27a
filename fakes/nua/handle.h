// SPDX-License-Identifier: GPL-3.0-or-later
// An nua_handle_t: one call, registration, subscription or message exchange of the application.
//
// Its state belongs to the stack thread of its user agent. The application's side touches only
// `valid`, `magic` and `held`, as it does in sofia-sip: nua_handle_destroy() silences a handle at
// once and lets the stack thread tidy up later.
#pragma once

#include <sofia-sip/nua.h>

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fakes/nua/app_headers.h"
#include "fakes/nua/dialog.h"
#include "fakes/nua/media_session.h"
#include "fakes/nua/sip_message.h"
#include "fakes/nua/tag_list.h"
#include "fakes/nua/usage.h"

namespace onhook::fakes {

class ClientRequest;
class ServerRequest;
class Session;
class UserAgent;

/// NUTAG_* parameters that a handle keeps; unset ones have the user agent's default.
struct HandlePrefs {
  std::optional<bool> auto_answer;
  std::optional<bool> auto_ack;
  std::optional<std::string> proxy;  ///< "" when NUTAG_PROXY(NULL) was given
  std::string registrar;
  std::optional<std::string> contact_user;
  std::optional<std::string> contact_display;
  std::optional<std::string> contact_params;
};

class Handle {
 public:
  Handle(UserAgent& agent, int number, nua_hmagic_t* magic, const tagi_t* tags);
  ~Handle();
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  UserAgent& agent() const { return *agent_; }
  int number() const { return number_; }
  nua_handle_t* api() { return reinterpret_cast<nua_handle_t*>(this); }

  // The application's side ------------------------------------------------------------------------
  bool valid = true;    ///< events are delivered and calls are heard
  bool held = false;    ///< the application has it and must destroy it
  bool came = false;    ///< with a request of the peer: sofia-sip keeps whom that was from
  nua_hmagic_t* magic;  ///< nua_handle_bind()
  /// The stack has let go of it too: in the real library its memory may be reused by now.
  bool freed = false;

  // The stack's side ------------------------------------------------------------------------------
  /// Stores the parameters among `tags` (NUTAG_*, SOATAG_*).
  void apply(const tagi_t* tags);
  const TagList& tags() const { return tags_; }
  const HandlePrefs& prefs() const { return prefs_; }
  /// Reports an event of this handle to the application.
  void event(nua_event_t event, int status, std::string_view phrase,
             SipMessagePtr message = nullptr, TagList tags = {});

  Usage* usage(Usage::Kind kind, std::string_view event) const;
  /// The first of its kind, whatever its event; nullptr without one.
  Usage* any_usage(Usage::Kind kind) const;
  Session* session() const;
  Usage* add_usage(std::unique_ptr<Usage> usage);
  void remove_usage(Usage* usage, ClientRequest* client, ServerRequest* server);
  void remove_all_usages();
  bool has_usages() const { return !usages_.empty(); }
  Usage::Ending shut_down(Usage* usage);
  /// Once more, for the stack's shutdown: true while something lives on.
  bool repeat_shutdown();
  /// nua_handle_destroy() has arrived on the stack thread.
  void destroy();

  /// Starts the next queued request of the kind, unless it is under way already.
  enum class Queue { invites, others };
  void start_next(Queue queue);
  bool request_pending() const;
  /// nua_authenticate().
  void authenticate(const tagi_t* tags);
  /// nua_respond().
  void respond(int status, const std::string& phrase, const TagList& tags);

  Dialog dialog;
  Credentials credentials;
  std::unique_ptr<MediaSession> media;                 ///< lives with the session
  std::list<std::shared_ptr<ClientRequest>> requests;  ///< queued and under way
  std::list<std::shared_ptr<ServerRequest>> served;    ///< of the peer, not finished
  bool reporting = false;  ///< a response is being reported: nothing new is sent meanwhile
  bool ending = false;     ///< usages are being removed wholesale: the dialog goes last

 private:
  UserAgent* agent_;
  int number_;
  TagList tags_;
  HandlePrefs prefs_;
  std::vector<std::unique_ptr<Usage>> usages_;
};

}  // namespace onhook::fakes
