// SPDX-License-Identifier: GPL-3.0-or-later
// A request of the peer, from its arrival to the final response (or the ACK of an INVITE): checked,
// answered by the stack or by the application, reported. The methods differ in the hooks.
#pragma once

#include <sofia-sip/nua.h>

#include <memory>
#include <string>

#include "fakes/env.h"
#include "fakes/nua/handle.h"
#include "fakes/nua/sip_message.h"
#include "fakes/nua/sip_text.h"
#include "fakes/nua/tag_list.h"

namespace onhook::fakes {

class ServerRequest : public std::enable_shared_from_this<ServerRequest> {
 public:
  struct Traits {
    bool creates_dialog = false;
    bool only_in_dialog = false;
    bool refreshes_target = false;
    bool adds_contact = false;
  };
  enum class Place { initial, in_dialog };

  ServerRequest(UserAgent& agent, nua_event_t event, Traits traits, SipMessagePtr request,
                Address from, Place place);
  virtual ~ServerRequest();
  ServerRequest(const ServerRequest&) = delete;
  ServerRequest& operator=(const ServerRequest&) = delete;

  /// Does everything that follows from the arrival. `handle`: whose dialog it is in, or nullptr.
  void process(Handle* handle);

  /// Decides the status; respond() sends it.
  void answer(int status, std::string_view phrase);
  void respond(const TagList& tags);
  enum class Reported { lives, done, terminated };
  /// Tells the application of the request or of a failure to answer it, and ends what has to end.
  virtual Reported report();
  /// The application's nua_respond().
  void respond_for_application(int status, const std::string& phrase, const TagList& tags);
  void drop();

  const std::string& method() const { return method_; }
  const SipMessagePtr& message() const { return request_; }
  int status() const { return status_; }
  const std::string& phrase() const { return phrase_; }
  /// No final response has been sent.
  bool pending() const { return !final_sent_; }
  const Traits& traits() const { return traits_; }

  Usage* usage = nullptr;
  bool terminating = false;  ///< a success ends the usage
  bool offer_received = false;
  bool answer_sent = false;  ///< in any response; reliably in a final one
  bool offer_sent = false;
  bool answer_received = false;

 protected:
  /// Before a handle exists: an answer >= 200 refuses the request.
  virtual void init() {}
  virtual void preprocess() {}
  /// Adds to the response; may change the status.
  virtual void complete(ResponseParts& parts, const TagList& tags) {
    (void)parts;
    (void)tags;
  }
  virtual void on_responded() {}
  virtual TagList event_tags() const { return {}; }
  Reported report_base();

  UserAgent& agent_;
  Handle* handle_ = nullptr;
  SipMessagePtr request_;
  Address from_;
  Place place_;
  int status_ = 100;
  std::string phrase_ = "Trying";
  bool neutral_ = false;  ///< refused without touching the call
  bool reported_ = false;
  int application_ = 0;  ///< the status that the application gave, until reported
  std::string to_tag_;

 private:
  nua_event_t event_;
  Traits traits_;
  std::string method_;
  bool final_sent_ = false;
};

/// The kind of request that a message is; nullptr for a method that nua has no server for.
std::shared_ptr<ServerRequest> make_server_request(UserAgent& agent, const SipMessagePtr& message,
                                                   Address from, ServerRequest::Place place);

}  // namespace onhook::fakes
