// SPDX-License-Identifier: GPL-3.0-or-later
// Life and death of a handle and of its PeerConnection; negotiation is in fake_handle_jsep.cc.
#include "fakes/core/fake_handle.h"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "fakes/core/fake_core.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

constexpr std::string_view kDtlsAlertReason = "DTLS alert";

}  // namespace

FakeHandle::FakeHandle(FakeCore& core, std::string_view actor, CoreClient& client)
    : core_(core),
      env_(core.env()),
      plugin_(core.plugin()),
      actor_(actor),
      client_(client),
      alert_(env_.make_flag("ALERT " + actor_,
                            core.rules().new_handle == CoreRules::NewHandle::alert_set ? 1 : 0)),
      cleaning_(env_.make_flag("CLEANING " + actor_, 0)),
      closepc_(env_.make_flag("closepc " + actor_, 0)),
      negotiation_(env_.make_flag("negotiation " + actor_, 0)),
      destroyed_(env_.make_flag("destroyed " + actor_, 0)),
      stopped_(env_.make_flag("STOP " + actor_, 0)),
      mutex_(env_),
      loop_(env_.make_mailbox("core loop " + actor_)) {}

FakeHandle::~FakeHandle() = default;

bool FakeHandle::create_session() {
  session_ = counted_ = plugin_.session_new(this);
  env_.step({actor_, verb::kCreateSession, ""});
  int error = 0;
  plugin_.create_session(session_, &error);
  if (error != 0) {
    session_ = nullptr;
    release();
    return false;
  }
  if (const int count = plugin_.session_refcount(session_); count != 2)
    env_.unmodelled(
        fmt::format("a plugin session that starts with {} references instead of 2", count));
  return true;
}

void FakeHandle::start_loop() {
  env_.spawn(
      "core loop " + actor_,
      [this] {
        while (!detached_) (*loop_->take())();
        dispose_pc();
      },
      "core_loop");
}

void FakeHandle::release() {
  if (--holds_ == 0) plugin_.session_unref(std::exchange(counted_, nullptr));
}

// The end of a PeerConnection
// ----------------------------------------------------------------------

void FakeHandle::hangup(std::string_view reason) {
  if (core_.rules().close_pc == CoreRules::ClosePc::queues_once) closepc_->store(0);
  if (alert_->load() != 0) return;
  if (reason == kDtlsAlertReason) env_.step({actor_, verb::kDtlsAlert, ""});
  alert_->store(1);
  cleaning_->store(1);
  negotiation_->store(0);
  hangup_reason_ = reason;
  loop_->post([this] {
    if (hangups_queued_ == 0) return;  // a detach has served it already
    --hangups_queued_;
    run_hangup();
  });
  ++hangups_queued_;
}

void FakeHandle::run_hangup() {
  env_.step({actor_, verb::kHangupMedia, hangup_reason_});
  if (session_ != nullptr) plugin_.hangup_media(session_);
  dispose_pc();
}

void FakeHandle::dispose_pc() {
  const std::lock_guard lock(mutex_);
  ready_ = false;
  if (!agent_) {
    if (core_.rules().hangup_without_agent == CoreRules::HangupWithoutAgent::clears_cleaning)
      cleaning_->store(0);
    return;
  }
  const std::string_view reason = std::exchange(hangup_reason_, {});
  env_.step({actor_, verb::kPcCloses, reason});
  cleaning_->store(0);
  agent_ = false;
  if (stopped_->load() == 0 && !reason.empty())
    tell_client({.name = "webrtc_hangup", .reason = reason},
                fmt::format("webrtc_hangup, reason {}", reason));
}

// What the plugin asks for
// -------------------------------------------------------------------------

void FakeHandle::close_pc() {
  env_.step({actor_, verb::kClosePc, ""});
  if (stopped_->load() != 0) return;
  hold();  // at once: a detach may come with the next step, and give up what the core holds
  const bool once = core_.rules().close_pc == CoreRules::ClosePc::queues_once;
  if (once && !closepc_->compare_exchange(0, 1)) return release();
  core_.run_on_watchdog([this, once] {
    const bool wanted =
        (!once || closepc_->compare_exchange(1, 0)) && stopped_->load() == 0 && alert_->load() == 0;
    if (wanted) hangup("Close PC");
    release();
  });
}

void FakeHandle::end_session() {
  env_.step({actor_, verb::kEndSession, ""});
  if (stopped_->load() != 0) return;
  hold();
  core_.run_on_watchdog([this] {
    if (stopped_->load() == 0) detach();
    release();
  });
}

void FakeHandle::relayed(PacketKind kind, Medium medium, const Bytes& packet) {
  if (!ready_) return;
  if (kind == PacketKind::rtcp) {
    ++media_.rtcp_packets;
    return env_.note({actor_, verb::kHears, "rtcp"});
  }
  if (!sent_.at(static_cast<std::size_t>(medium)).protect(packet))
    return env_.note({actor_, verb::kDrops, "rtp"});
  ++media_.rtp_packets;
  env_.note({actor_, verb::kHears, "rtp"});
}

// The end of a handle
// ------------------------------------------------------------------------------

void FakeHandle::detach() {
  if (!destroyed_->compare_exchange(0, 1)) return;
  hangup("Detach");
  stopped_->store(1);
  plugin_.session_set_stopped(session_, 1);
  release();
  // The real queue lets a hangup overtake: those that came while the detach waited go first.
  loop_->post([this] { serve_detach(hangups_queued_); });
}

void FakeHandle::serve_detach(int hangups_before) {
  for (; hangups_before > 0; --hangups_before) {
    --hangups_queued_;
    run_hangup();
  }
  env_.step({actor_, verb::kDestroySession, ""});
  int error = 0;
  plugin_.destroy_session(session_, &error);
  session_ = nullptr;
  tell_client({.name = "detached"}, "detached");
  detached_ = true;
}

// What the client's end of the PeerConnection brings about, on L
// -----------------------------------

void FakeHandle::dtls_up(int pc) {
  if (core_.is_stopping()) return;
  loop_->post([this, pc] {
    if (!agent_ || pc != pc_ || ready_ || alert_->load() != 0) return;
    ready_ = true;
    sent_ = {};
    if (session_ != nullptr && stopped_->load() == 0) {
      env_.step({actor_, verb::kSetupMedia, ""});
      plugin_.setup_media(session_);
    }
    tell_client({.name = "webrtcup", .pc = pc}, "webrtcup");
  });
}

void FakeHandle::dtls_alert(int pc) {
  if (core_.is_stopping()) return;
  loop_->post([this, pc] {
    if (agent_ && pc == pc_ && ready_ && stopped_->load() == 0) hangup(kDtlsAlertReason);
  });
}

void FakeHandle::ice_failed(int pc) {
  loop_->post([this, pc] {
    if (agent_ && pc == pc_ && !ready_ && stopped_->load() == 0) hangup("ICE failed");
  });
}

void FakeHandle::incoming(PacketKind kind, Medium medium, Bytes packet) {
  if (core_.is_stopping()) return;
  loop_->post([this, kind, medium, packet = std::move(packet)]() mutable {
    if (!ready_ || session_ == nullptr || stopped_->load() != 0) return;
    const auto deliver = kind == PacketKind::rtp ? plugin_.incoming_rtp : plugin_.incoming_rtcp;
    deliver(session_, medium == Medium::video ? 1 : 0, reinterpret_cast<char*>(packet.data()),
            static_cast<int>(packet.size()));
  });
}

void FakeHandle::tell_client(const CoreEvent& event, std::string_view detail) {
  if (core_.is_unreachable()) return;
  env_.step({actor_, verb::kReceives, detail});
  client_.on_event(event);
}

bool FakeHandle::has_session() const { return session_ != nullptr && !core_.plugin_is_gone(); }

json_t* FakeHandle::query() {
  return session_ == nullptr ? nullptr : plugin_.query_session(session_);
}

}  // namespace onhook::fakes
