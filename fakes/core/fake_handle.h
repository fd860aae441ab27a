// SPDX-License-Identifier: GPL-3.0-or-later
// One handle of the fake core: its PeerConnection, its loop thread L, and the plugin's session.
//
// Shared state that the real core keeps in atomics is kept in SharedFlags, one scheduling point a
// real access: ALERT (the PeerConnection is being or has been hung up), CLEANING (its disposal is
// not over), closepc (a close_pc waits), what has been negotiated, and the end of the handle. STOP,
// the `stopped` field and the table of live plugin sessions change together here: no caller can
// tell their order apart. What only L touches, or only the holder of the handle's mutex, is plain.
//
// Two races of the real core are kept on purpose: ALERT is read and set in two steps, so that two
// hangups at once may both go through (one reason wins, the plugin is told twice); and a hangup
// overtakes a detach that L has not yet begun.
#pragma once

#include <jansson.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fakes/core/core_client.h"
#include "fakes/core/core_rules.h"
#include "fakes/core/handle_mutex.h"
#include "fakes/env.h"
#include "fakes/media/protected_stream.h"
#include "fakes/plugin_abi.h"

namespace onhook::fakes {

class FakeCore;

enum class Medium { audio, video };
enum class PacketKind { rtp, rtcp };

/// What the plugin has sent towards the client while its PeerConnection was up.
struct MediaCount {
  std::uint64_t rtp_packets = 0;
  std::uint64_t rtcp_packets = 0;
  std::uint64_t keyframe_requests = 0;
};

/// The core's direct answer to a request.
struct CoreReply {
  enum class Kind { ack, success, error };
  Kind kind = Kind::ack;
  int code = 0;           ///< of an error: the number in apierror.h
  std::string text = {};  ///< of an error
  int pc = 0;             ///< after a jsep: number of the PeerConnection it belongs to
  bool update = false;    ///< the jsep renegotiated a PeerConnection
};

class FakeHandle {
 public:
  FakeHandle(FakeCore& core, std::string_view actor, CoreClient& client);
  ~FakeHandle();
  FakeHandle(const FakeHandle&) = delete;
  FakeHandle& operator=(const FakeHandle&) = delete;

  // For FakeCore --------------------------------------------------------------------------------
  /// Makes the plugin's session; false when the plugin refuses it.
  bool create_session();
  void start_loop();

  // What the client does (thread A; media and DTLS arrive on L) -----------------------------------
  /// A request for the plugin, with or without a jsep. Borrows both. Waits up to 3 s, if there is a
  /// jsep, for the disposal of the PeerConnection before it.
  CoreReply message(std::string_view transaction, const json_t* body, const json_t* jsep);
  /// ICE and DTLS of PeerConnection `pc` have come up.
  void dtls_up(int pc);
  /// The client has closed PeerConnection `pc`, which was up.
  void dtls_alert(int pc);
  /// The checks of PeerConnection `pc` have failed for good.
  void ice_failed(int pc);
  void incoming(PacketKind kind, Medium medium, Bytes packet);
  /// The handle goes: a detach request, or end_session.
  void detach();
  /// Ends the PeerConnection, if one is left; the reason is what the client will be told. `reason`
  /// is a literal.
  void hangup(std::string_view reason);

  // What the plugin does (any of its threads); see the functions of that name in janus.c
  // -----------
  int push_event(const char* transaction, const json_t* message, const json_t* jsep);
  void close_pc();
  void end_session();
  void relayed(PacketKind kind, Medium medium, const Bytes& packet);
  void keyframe_requested() { ++media_.keyframe_requests; }

  // What laws and the world ask; no scheduling points
  // ----------------------------------------------
  const std::string& actor() const { return actor_; }
  const MediaCount& media() const { return media_; }
  bool media_is_up() const { return ready_; }
  bool has_pc() const { return agent_; }
  bool has_session() const;
  /// The plugin's answer to query_session: a new reference, or nullptr once there is no session.
  /// Runs plugin code on the calling thread.
  json_t* query();

 private:
  enum Negotiation : int { kGotOffer = 1, kGotAnswer = 2, kNegotiated = 4 };
  enum class Cleaned { yes, still_cleaning };

  // L
  void run_hangup();
  void serve_detach(int hangups_before);
  void dispose_pc();
  void tell_client(const CoreEvent& event, std::string_view detail);

  // JSEP (fake_handle_jsep.cc)
  Cleaned wait_until_cleaned();
  bool setup_local();
  CoreReply accept_jsep(std::string_view type, std::string_view sdp);
  int send_jsep(std::string_view type, std::string_view sdp);
  std::string copy_of(const char* transaction);

  // References to the plugin's session that the core holds; the last one gives the core's count up.
  void hold() { ++holds_; }
  void release();

  FakeCore& core_;
  Env& env_;
  const onhook_plugin_ops& plugin_;
  const std::string actor_;
  CoreClient& client_;

  onhook_handle* session_ = nullptr;  ///< nullptr before create and after destroy_session
  onhook_handle* counted_ = nullptr;  ///< the same until holds_ reaches 0
  int holds_ = 1;                     ///< the table of live sessions, timers, calls under way

  std::unique_ptr<SharedFlag> alert_;
  std::unique_ptr<SharedFlag> cleaning_;
  std::unique_ptr<SharedFlag> closepc_;
  std::unique_ptr<SharedFlag> negotiation_;  ///< bits of Negotiation
  std::unique_ptr<SharedFlag> destroyed_;
  std::unique_ptr<SharedFlag> stopped_;

  HandleMutex mutex_;
  bool agent_ = false;  ///< guarded by mutex_: a PeerConnection exists
  int pc_ = 0;          ///< guarded by mutex_: its number; 1 is the first
  std::string_view hangup_reason_;

  std::unique_ptr<Mailbox> loop_;
  int hangups_queued_ = 0;  ///< changes with loop_ only
  bool ready_ = false;      ///< L only: DTLS is up
  bool detached_ = false;   ///< L only
  MediaCount media_;
  std::array<ProtectedStream, 2> sent_;  ///< by Medium, of the PeerConnection that is up
};

}  // namespace onhook::fakes
