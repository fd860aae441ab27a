// SPDX-License-Identifier: GPL-3.0-or-later
// What the server's log says, as facts of a trace: what its sofia thread is told, when relay
// threads begin and end, why and when the core ends a PeerConnection. Lines it does not know say
// nothing; a revision that words them differently shows less, and what a scenario waits for is then
// missed and named. Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace onhook::e2e {

struct LogFact {
  std::string lane;
  std::string role;   ///< entry function of a thread of the plugin, or ""
  std::string actor;  ///< "" when the thread itself is the subject
  std::string verb;
  std::string detail;

  friend bool operator==(const LogFact&, const LogFact&) = default;
};

class LogReader {
 public:
  /// The handle of a client, by the number that the core gave it.
  void know_handle(const std::string& number, const std::string& client) {
    clients_[number] = client;
  }
  /// One line without its end.
  std::vector<LogFact> read(std::string_view line);

 private:
  std::vector<LogFact> of_handle(const std::string& client, std::string_view text);

  std::map<std::string, std::string, std::less<>> clients_;  ///< by handle
  std::map<std::string, std::string, std::less<>> reasons_;  ///< by client: of its PC's end
  std::vector<std::string> relays_;  ///< accounts with a relay thread, oldest first
};

}  // namespace onhook::e2e
