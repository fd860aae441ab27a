// SPDX-License-Identifier: GPL-3.0-or-later
// A browser client, an actor of the scenario: one handle at the core, one PeerConnection at a time.
//
// It makes requests, gets events, answers offers and follows its PeerConnection: after an offer and
// an answer have met, ICE and DTLS come up within a window, and stay up until the browser closes
// them or the core does. Unlike most pages it does nothing by itself when the plugin tells it
// something: it neither accepts calls nor closes its PeerConnection after a hangup, unless the
// scenario's reactions say so.
//
// It has no thread. It hears an event on the thread that sends it (the step "receives", of the
// handle), and acts in steps of its own, each of which is a request thread A of the core.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/client/browser_sdp.h"
#include "fakes/client/request_body.h"
#include "fakes/core/core_client.h"
#include "fakes/core/fake_handle.h"
#include "fakes/env.h"
#include "fakes/media/rtp_stream.h"
#include "fakes/script.h"

namespace onhook::fakes {

class FakeCore;

struct BrowserConfig {
  std::string name;  ///< actor, and user part of its account
  BrowserMedia media = BrowserMedia::audio;
  /// From the meeting of offer and answer until ICE and DTLS are up.
  Window ice = Window::within(50 * kMillisecond, kSecond);
  /// From the loss of a PeerConnection that never came up until the core gives up on it: ICE
  /// checks fail, and the core waits another 5 to 15 s (ice.c, janus_ice_check_failed).
  Window ice_failure = Window::within(5 * kSecond, 30 * kSecond);
};

class Browser : public CoreClient {
 public:
  enum class PcState { none, offering, offered, connecting, up, closed };
  using Attributes = std::map<std::string, std::string>;

  /// `directory` outlives the browser, which writes its account into it.
  Browser(Env& env, FakeCore& core, BrowserConfig config, Directory& directory);
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  /// Creates the handle; false when the plugin refuses.
  bool attach();
  void set_reactions(std::vector<Reaction> reactions);
  /// Starts the clock of this actor's instructions; they happen in the order given, each when the
  /// core has answered the one before it.
  void play(std::vector<Instruction> instructions);

  // Acts, at once and on the calling thread
  // --------------------------------------------------------
  CoreReply request(std::string_view name, const Attributes& attributes = {});
  /// The tab goes away: a DTLS alert if the PeerConnection is up, failing ICE checks if it was
  /// coming up; nothing otherwise.
  void close_pc();
  void detach();
  void send_rtp();
  void send_rtcp();

  // What the world and laws ask; no scheduling points
  // ----------------------------------------------
  const std::string& name() const { return config_.name; }
  FakeHandle* handle() const { return handle_; }
  int times_received(std::string_view event) const;
  /// Name of the latest event, "" before the first.
  std::string_view last_event() const;
  /// Text of the latest "error" event or refused request, "" when there was none.
  const std::string& last_error() const { return last_error_; }

  void on_event(const CoreEvent& event) override;

 private:
  // The PeerConnection is shared by all steps of this actor: its state and number in one flag.
  struct Pc {
    PcState state = PcState::none;
    int number = 0;
  };
  static int pack(Pc pc) { return pc.number * 8 + static_cast<int>(pc.state); }
  Pc load_pc() const;
  bool change_pc(Pc from, Pc to) { return pc_->compare_exchange(pack(from), pack(to)); }

  struct Act {
    std::string verb;
    std::string object;
    Attributes attributes;
  };
  void perform(const Act& act);
  void play_from(std::size_t index);
  void connect_later(int pc);
  CoreReply send(std::string_view name, const Attributes& attributes, std::string_view jsep_type,
                 const std::string& sdp);
  static bool carries_jsep(std::string_view request);
  void note_request(std::string_view verb, std::size_t number);
  void note_transaction(std::string_view transaction);
  void note_account(const json_t* registered);

  Env& env_;
  FakeCore& core_;
  const BrowserConfig config_;
  Directory& directory_;
  FakeHandle* handle_ = nullptr;
  std::unique_ptr<SharedFlag> pc_;
  std::string remote_offer_;  ///< changes with pc_; "" when there is none to answer
  int description_ = 0;
  std::vector<std::string> requests_;  ///< made so far, by number from 1
  RtpStream audio_;
  std::vector<Reaction> reactions_;
  std::vector<Instruction> instructions_;
  TimeNs race_start_ = 0;
  std::vector<std::string> events_;
  std::string last_error_;
};

}  // namespace onhook::fakes
