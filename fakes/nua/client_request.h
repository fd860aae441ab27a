// SPDX-License-Identifier: GPL-3.0-or-later
// A request of ours, from the application's call to its last response: queued behind others of its
// handle, sent, perhaps challenged and sent again, reported. The methods differ in the hooks below.
//
// Statuses that were made here and never crossed the network (481, 900 ...) are reported without a
// message, as sofia-sip does.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "fakes/nua/app_headers.h"
#include "fakes/nua/client_transaction.h"
#include "fakes/nua/handle.h"
#include "fakes/nua/sip_message.h"
#include "fakes/nua/tag_list.h"

namespace onhook::fakes {

/// Who wants the request: the application, or the stack on its own account.
enum class Origin { application, stack };

class ClientRequest : public std::enable_shared_from_this<ClientRequest> {
 public:
  /// What a method does to dialogs.
  struct Traits {
    bool creates_dialog = false;
    bool refreshes_target = false;  ///< carries our Contact and learns the peer's
  };

  ClientRequest(Handle& handle, std::string method, nua_event_t answer, Traits traits, TagList tags,
                Origin origin);
  virtual ~ClientRequest();
  ClientRequest(const ClientRequest&) = delete;
  ClientRequest& operator=(const ClientRequest&) = delete;

  enum class Outcome { under_way, failed };
  /// Queues the request and sends it when it is its turn.
  Outcome submit();
  /// Sends a request that was queued.
  Outcome start();
  /// Sends a finished one again: a refresh, or its end when `last`.
  enum class Repeat { refresh, last };
  Outcome send_again(Repeat repeat);
  /// Credentials have come for a challenged one.
  void resume(const tagi_t* tags);
  /// The credentials that came were no use.
  void refuse_credentials(int status, const char* phrase);
  /// The handle goes: whatever is under way is cancelled or acknowledged, and forgotten.
  virtual void abandon();
  /// A response, or a failure found here (then `message` is nullptr).
  void respond(int status, const std::string& phrase, const SipMessagePtr& message);

  const std::string& method() const { return method_; }
  bool is_invite() const { return method_ == "INVITE"; }
  bool is_cancel() const { return method_ == "CANCEL"; }
  Handle& handle() const { return handle_; }
  nua_event_t answer() const { return answer_; }
  int status() const { return status_; }
  const std::string& phrase() const { return phrase_; }
  const std::shared_ptr<ClientTransaction>& transaction() const { return transaction_; }
  bool waits_for_credentials() const { return waits_for_credentials_; }
  bool under_way() const { return transaction_ || waits_for_credentials_; }
  bool queued() const { return queued_; }
  void leave_queue();

  Usage* usage = nullptr;  ///< what it is about, once known
  bool offer_sent = false;
  bool offer_received = false;
  bool answer_received = false;
  bool answer_sent = false;
  /// Ends its usage whatever the answer is.
  bool last = false;

 protected:
  struct Failure {
    int status;
    const char* phrase;
  };
  // Hooks, in the order in which they are called.
  /// Finds or makes the usage; a failure is reported instead of sending.
  virtual std::optional<Failure> prepare() { return std::nullopt; }
  /// Adds what the method needs (SDP, Expires ...).
  virtual std::optional<Failure> complete(RequestParts& parts) {
    (void)parts;
    return std::nullopt;
  }
  virtual void on_sent() {}
  virtual void on_provisional(const SipMessagePtr& message);
  virtual void on_final(const SipMessagePtr& message);
  /// Tells the application.
  virtual void report(const SipMessagePtr& message, TagList tags);

  /// Reports, lets go of the transaction, ends what has to end, and starts what waits.
  void finish(const SipMessagePtr& message, TagList tags = {});
  Outcome fail(int status, const char* phrase);
  /// Composes and sends the request, or sends it once more.
  virtual Outcome send();
  /// The transaction's handler: responses come back to respond().
  ClientTransaction::Handler handler();
  /// Lets a transaction keep this request alive, and remembers it.
  void own(std::shared_ptr<ClientTransaction> transaction);
  void clean();
  void bind(Usage* to);

  Handle& handle_;
  UserAgent& agent_;
  TagList tags_;
  Origin origin_;
  nua_event_t answer_;
  AppHeaders headers_;
  bool prepared_ = false;
  int status_ = 0;
  std::string phrase_;
  bool restarting_ = false;
  bool waiting_ = false;  ///< reported, and will be sent again
  bool acknowledged_ = false;
  bool neutral_ = false;   ///< a failure does not touch the usage
  bool graceful_ = false;  ///< the usage is to be ended by the rules
  enum class Ends { nothing, usage, dialog } ends_ = Ends::nothing;
  std::uint32_t cseq_ = 0;
  bool waits_for_credentials_ = false;

 private:
  bool enqueue();
  bool restarts(const SipMessagePtr& message);
  bool restart(const char* phrase);
  RequestParts compose();
  void judge(int status, const SipMessagePtr& message);

  std::string method_;
  Traits traits_;
  std::shared_ptr<ClientTransaction> transaction_;
  bool queued_ = false;
  bool challenged_ = false;
  int tries_ = 0;
};

/// INFO, MESSAGE, OPTIONS: no usage, nothing but an answer.
class PlainRequest : public ClientRequest {
 public:
  PlainRequest(Handle& handle, std::string method, nua_event_t answer, TagList tags)
      : ClientRequest(handle, std::move(method), answer, {}, std::move(tags), Origin::application) {
  }
};

}  // namespace onhook::fakes
