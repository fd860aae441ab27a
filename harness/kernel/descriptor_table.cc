// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/descriptor_table.h"

#include <algorithm>
#include <utility>

#include "harness/sched/watcher.h"

namespace onhook {

using Kind = DescriptorEvent::Kind;

namespace {

void tell(DescriptorAct act, int fd, const Caller& caller, std::string_view kind = {}) {
  if (caller.call == nullptr) return;
  tell_watcher([&](Watcher& w, const Thread& t) {
    w.on_descriptor(t, {act, fd, caller.call, kind});
  });
}

}  // namespace

SysResult DescriptorTable::open(DescriptionPtr description, CloseOnExec close_on_exec,
                                const Caller& caller, int at_least) {
  if (at_least < 0 || at_least >= kDescriptorLimit) return -EINVAL;
  int fd = std::max(at_least, kFirstDescriptor);
  while (is_open(fd)) ++fd;
  if (fd >= kDescriptorLimit) return -EMFILE;
  Slot& slot = slot_for(fd);
  slot.description = std::move(description);
  slot.close_on_exec = close_on_exec;
  slot.opener = caller;
  ++slot.generation;
  record(Kind::opened, fd, caller);
  tell(DescriptorAct::opens, fd, caller, slot.description->kind());
  return fd;
}

SysResult DescriptorTable::replace(int from, int to, CloseOnExec close_on_exec,
                                   const Caller& caller) {
  DescriptionPtr description = use(from, caller);
  if (description == nullptr || to < kFirstDescriptor || to >= kDescriptorLimit) return -EBADF;
  if (from == to) return to;
  if (is_open(to)) close(to, caller);
  Slot& slot = slot_for(to);
  slot.description = std::move(description);
  slot.close_on_exec = close_on_exec;
  slot.opener = caller;
  ++slot.generation;
  record(Kind::opened, to, caller);
  tell(DescriptorAct::opens, to, caller, slot.description->kind());
  return to;
}

SysResult DescriptorTable::close(int fd, const Caller& caller) {
  tell(DescriptorAct::closes, fd, caller);
  Slot* slot = open_slot(fd);
  record(slot != nullptr ? Kind::closed : Kind::close_of_closed, fd, caller);
  if (slot == nullptr) return -EBADF;
  slot->closer = caller;
  // The number is free before the description goes: its last act may be to wake others.
  const DescriptionPtr last = std::exchange(slot->description, nullptr);
  return 0;
}

DescriptionPtr DescriptorTable::use(int fd, const Caller& caller) {
  tell(DescriptorAct::uses, fd, caller);
  const Slot* slot = open_slot(fd);
  if (slot != nullptr) return slot->description;
  record(Kind::use_of_closed, fd, caller);
  return nullptr;
}

Description* DescriptorTable::peek(int fd) const {
  const Slot* found = slot(fd);
  return found != nullptr ? found->description.get() : nullptr;
}

const DescriptorTable::Slot* DescriptorTable::slot(int fd) const {
  const auto index = static_cast<std::size_t>(fd - kFirstDescriptor);
  return fd >= kFirstDescriptor && index < slots_.size() ? &slots_[index] : nullptr;
}

DescriptorTable::Slot* DescriptorTable::open_slot(int fd) {
  return is_open(fd) ? &slot_for(fd) : nullptr;
}

DescriptorTable::Slot& DescriptorTable::slot_for(int fd) {
  const auto index = static_cast<std::size_t>(fd - kFirstDescriptor);
  if (index >= slots_.size()) slots_.resize(index + 1);
  return slots_[index];
}

void DescriptorTable::set_close_on_exec(int fd, CloseOnExec value) {
  if (Slot* slot = open_slot(fd)) slot->close_on_exec = value;
}

std::size_t DescriptorTable::open_count() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(slots_, [](const Slot& slot) { return slot.description != nullptr; }));
}

void DescriptorTable::record(Kind kind, int fd, const Caller& caller) {
  const Slot* found = slot(fd);
  const Description* open = peek(fd);
  log_.push_back({kind, fd, found != nullptr ? found->generation : 0, caller,
                  open != nullptr ? open->id() : kNoObject});
}

}  // namespace onhook
