// SPDX-License-Identifier: GPL-3.0-or-later
// What the application asked of a message with SIPTAG_* tags, read by sofia-sip itself, and the
// digest credentials of a handle.
#pragma once

#include <sofia-sip/auth_client.h>
#include <sofia-sip/sip.h>
#include <sofia-sip/su_alloc.h>
#include <sofia-sip/su_tag.h>

#include <optional>
#include <string>
#include <string_view>

namespace onhook::fakes {

/// Values of the headers that the stack completes ("" when not given), the others as lines.
struct AppHeaders {
  bool well_formed = true;  ///< else the request fails (900), without a message
  std::string from;         ///< without its tag
  std::string to;           ///< without its tag
  std::string call_id;
  std::string contact;
  bool has_contact = false;  ///< a Contact tag was there, perhaps an empty one
  std::string target;        ///< NUTAG_URL
  std::optional<unsigned long> expires;
  std::string event;               ///< "message-summary;id=3"
  std::string subscription_state;  ///< as given by the application
  std::string extra;               ///< further lines, each ended by CRLF
  std::string content_type;
  std::string body;
};
/// Later lists override or add to earlier ones, by sofia-sip's rules.
AppHeaders read_headers(const tagi_t* handle_tags, const tagi_t* tags);

/// The digest challenges and credentials of one handle (RFC 2617), kept by sofia-sip's client.
class Credentials {
 public:
  Credentials() { su_home_init(home_); }
  ~Credentials() { su_home_deinit(home_); }
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;

  /// Takes the challenges of a 401 or 407. False when one of them is of no known kind; `*fresh`
  /// tells whether anything in them was new.
  bool challenge(const sip_t* response, bool* fresh);
  /// NUTAG_AUTH values ("Digest:\"realm\":user:secret"): 1 when one matched a challenge, 0 without
  /// a match, -1 when malformed.
  int add(const tagi_t* tags);
  void clear();
  bool known() const { return client_ != nullptr; }
  bool complete() { return auc_has_authorization(&client_) != 0; }
  /// Authorization lines for a request; "" while no challenge has its credentials.
  std::string authorize(std::string_view method, const std::string& uri, const std::string& body);

 private:
  su_home_t home_[1] = {};
  auth_client_t* client_ = nullptr;
};

}  // namespace onhook::fakes
