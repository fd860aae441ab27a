// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/leftovers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "fakes/core/fake_handle.h"
#include "fakes/vocabulary.h"
#include "harness/base/strings.h"
#include "harness/host/field_watch.h"
#include "harness/sched/scheduler.h"

namespace onhook {
namespace {

/// The session's recorders, of audio and video, of either end.
constexpr std::array<std::string_view, 4> kRecorders = {"arc", "arc_peer", "vrc", "vrc_peer"};

std::vector<std::string> fields_of_session() {
  std::vector<std::string> fields(kRecorders.begin(), kRecorders.end());
  fields.insert(fields.end(), {"relayer_thread", "stack"});
  return fields;
}

std::uintptr_t pointer_in(const FieldLayout& layout, std::string_view field,
                          std::uintptr_t structure) {
  const auto at = std::ranges::find(layout.fields, field, &Field::name);
  std::uintptr_t value = 0;
  if (at != layout.fields.end() && structure != 0 && at->bytes == sizeof value) {
    std::memcpy(&value, reinterpret_cast<const void*>(structure + at->offset), sizeof value);
  }
  return value;
}

void note_fact(std::string_view actor, std::string_view detail) {
  StringId ids[3];
  {
    HarnessScope harness;
    ids[0] = intern(actor);
    ids[1] = intern(fakes::verb::kObserved);
    ids[2] = intern(detail);
  }
  current_scheduler()->note(ids[0], ids[1], ids[2]);
}

/// Opened by a thread that runs no code under test: by one of libsofia-sip-ua's own, which keeps
/// its socket as long as an account lives.
bool is_the_stacks(const Caller& opener) { return opener.site == 0; }

void note_pointer(std::string_view actor, std::string_view name, std::uintptr_t value) {
  note_fact(actor, fmt::format("{} {}", name, value == 0 ? "none" : "set"));
}

}  // namespace

Leftovers::Leftovers(const std::string& so_path)
    : session_(read_field_layout(so_path, "janus_sip_session", fields_of_session())),
      stack_(read_field_layout(so_path, "ssip_s", {"s_nh_i"})) {}

void Leftovers::note(fakes::FakeWorld& world, Kernel& kernel) const {
  const FieldWatch* watch = FieldWatch::get();
  for (std::size_t i = 0; i < world.browsers().size(); ++i) {
    const fakes::Browser& browser = *world.browsers()[i];
    const std::uintptr_t session = watch == nullptr ? 0 : watch->block(static_cast<int>(i));
    if (session == 0 || !session_ || !browser.handle()->has_session()) continue;
    note_pointer(browser.name(), "relayer_thread",
                 pointer_in(*session_, "relayer_thread", session));
    std::uintptr_t recorders = 0;
    for (const std::string_view field : kRecorders)
      recorders |= pointer_in(*session_, field, session);
    note_pointer(browser.name(), "recorders", recorders);
    const std::uintptr_t stack = pointer_in(*session_, "stack", session);
    if (stack_) note_pointer(browser.name(), "s_nh_i", pointer_in(*stack_, "s_nh_i", stack));
  }
  unsigned sockets = 0;
  unsigned pipes = 0;
  const DescriptorTable& descriptors = kernel.descriptors();
  for (int fd = kFirstDescriptor; descriptors.slot(fd) != nullptr; ++fd) {
    const Description* open = descriptors.peek(fd);
    if (open == nullptr || is_the_stacks(descriptors.slot(fd)->opener)) continue;
    if (open->kind() == "udp socket") ++sockets;
    if (open->kind() == "pipe") ++pipes;
  }
  note_fact("kernel", fmt::format("sockets {}", sockets));
  note_fact("kernel", fmt::format("pipes {}", pipes));
}

}  // namespace onhook
