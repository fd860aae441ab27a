// SPDX-License-Identifier: GPL-3.0-or-later
// A WebRTC client of the real server: what fakes/client/browser.h is in the simulation, and as
// passive as it: it does what it is told, keeps its PeerConnection until it is told to close it,
// and writes down the same words.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/janus_link.h"
#include "e2e/janus_message.h"
#include "e2e/peer_connection.h"
#include "e2e/recorder.h"
#include "fakes/client/request_body.h"
#include "fakes/media/rtp_stream.h"

namespace onhook::e2e {

class WebClient {
 public:
  using Attributes = std::map<std::string, std::string>;

  /// Connects and makes a handle of the SIP plugin.
  WebClient(std::string name, const std::string& socket_path, Recorder& recorder,
            fakes::Directory& directory);
  ~WebClient();
  WebClient(const WebClient&) = delete;
  WebClient& operator=(const WebClient&) = delete;

  const std::string& name() const { return name_; }
  /// The core's number of it, as its log names it.
  std::string handle() const { return std::to_string(to_.handle); }

  /// Asks the plugin; with a description of the PeerConnection where the request needs one.
  void request(const std::string& name, const Attributes& attributes = {});
  void close_pc();
  void send_rtp();

  int times_received(std::string_view event) const;
  const std::string& last_event() const;
  /// What the latest error said, "" when there was none.
  const std::string& last_error() const { return last_error_; }
  bool media_is_up() const { return media_is_up_; }
  int packets_heard() const { return packets_heard_; }
  /// What is called with the name of each event that comes.
  void on_event(std::function<void(const std::string&)> handler) { handler_ = std::move(handler); }

 private:
  std::string next_transaction() { return name_ + "-" + std::to_string(++transactions_); }
  json_int_t ask_for_id(const Json& message, const std::string& transaction, std::string_view what);
  void handle_message(const json_t* text);
  void handle_event(const JanusMessage& message);
  void handle_webrtc(const JanusMessage& message);
  void note_request(std::string_view verb, const std::string& transaction);
  void make_pc(PeerConnection::Side side);
  std::string describe();

  const std::string name_;
  Recorder& recorder_;
  fakes::Directory& directory_;
  JanusLink link_;
  Handle to_;
  unsigned transactions_ = 0;
  std::map<std::string, JanusMessage> answers_;  ///< "success" and "error", by transaction
  std::map<std::string, std::string> requests_;  ///< "hangup 3", by transaction
  std::unique_ptr<PeerConnection> pc_;
  std::string remote_offer_;  ///< "" when there is none to answer
  int descriptions_ = 0;
  fakes::RtpStream audio_;
  bool media_is_up_ = false;
  int packets_heard_ = 0;
  std::vector<std::string> events_;
  std::string last_error_;
  std::function<void(const std::string&)> handler_;
  guint keepalive_ = 0;
};

}  // namespace onhook::e2e
