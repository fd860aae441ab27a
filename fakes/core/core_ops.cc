// SPDX-License-Identifier: GPL-3.0-or-later
// The table behind the plugin's callbacks. A handle's functions find it in `gateway`; the others
// use the current core.
#include <string_view>

#include "fakes/core/fake_core.h"
#include "fakes/core/fake_handle.h"
#include "fakes/vocabulary.h"

namespace onhook::fakes {
namespace {

FakeHandle& handle_of(void* gateway) { return *static_cast<FakeHandle*>(gateway); }

int push_event(void* gateway, const char* transaction, json_t* message, json_t* jsep) {
  return handle_of(gateway).push_event(transaction, message, jsep);
}

Bytes bytes_of(const char* buffer, int length) { return Bytes(buffer, buffer + length); }

Medium medium_of(int video) { return video != 0 ? Medium::video : Medium::audio; }

void relay_rtp(void* gateway, int video, const char* buffer, int length) {
  handle_of(gateway).relayed(PacketKind::rtp, medium_of(video), bytes_of(buffer, length));
}

void relay_rtcp(void* gateway, int video, const char* buffer, int length) {
  handle_of(gateway).relayed(PacketKind::rtcp, medium_of(video), bytes_of(buffer, length));
}

void send_pli(void* gateway) { handle_of(gateway).keyframe_requested(); }

void close_pc(void* gateway) { handle_of(gateway).close_pc(); }

void end_session(void* gateway) { handle_of(gateway).end_session(); }

int events_is_enabled() { return 0; }

void notify_event(void* /*gateway_or_null*/, json_t* event) { json_decref(event); }

void log_line(int level, const char* line) {
  FakeCore* core = FakeCore::current();
  if (core == nullptr || level > core->log_level()) return;
  std::string_view text(line);
  while (text.ends_with('\n')) text.remove_suffix(1);
  if (!text.empty()) core->env().note({"", verb::kLogs, text});
}

void unmodelled(const char* what) {
  if (FakeCore* core = FakeCore::current()) core->env().unmodelled(what);
}

constexpr onhook_core_ops kOps = {.push_event = push_event,
                                  .relay_rtp = relay_rtp,
                                  .relay_rtcp = relay_rtcp,
                                  .send_pli = send_pli,
                                  .close_pc = close_pc,
                                  .end_session = end_session,
                                  .events_is_enabled = events_is_enabled,
                                  .notify_event = notify_event,
                                  .log_line = log_line,
                                  .unmodelled = unmodelled};

}  // namespace

const onhook_core_ops& core_ops() { return kOps; }

}  // namespace onhook::fakes
