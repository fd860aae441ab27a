// SPDX-License-Identifier: GPL-3.0-or-later
// The dialog of a handle (RFC 3261 section 12): what its requests and responses are addressed with.
#pragma once

#include <cstdint>
#include <string>

#include "fakes/nua/sip_message.h"

namespace onhook::fakes {

struct Dialog {
  /// Set from the first request that can create a dialog until the last usage ends.
  bool exists = false;
  std::string call_id;
  std::string local;   ///< "<sip:alice@127.0.0.1>"
  std::string remote;  ///< "<sip:bob@127.0.0.1:5070>"
  std::string local_tag;
  std::string remote_tag;  ///< "" until the peer has told it
  std::string target;      ///< the peer's Contact URI, "" until known
  std::string route;       ///< the route set as one Route value, "" without
  std::uint32_t cseq = 0;  ///< of the latest request of ours

  bool established() const { return exists && !remote_tag.empty(); }
  std::string local_with_tag() const { return local + ";tag=" + local_tag; }
  std::string remote_with_tag() const {
    return remote_tag.empty() ? remote : remote + ";tag=" + remote_tag;
  }
  /// A response to a request that refreshes the target: remote tag, target, route set.
  void learn_from_response(const SipMessage& response);
  /// A request of the peer likewise.
  void learn_from_request(const SipMessage& request);
  void end() { *this = Dialog{}; }
  /// The To value of a message, with its tag.
  static std::string to_of(const SipMessage& message);
};

/// The text of a URL; sofia-sip lets a url_t pointer be a string in disguise.
std::string uri_of(const url_t* url);

}  // namespace onhook::fakes
