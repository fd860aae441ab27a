// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/descriptor_judge.h"

#include <algorithm>
#include <cstring>

namespace onhook {
namespace {

constexpr std::uint32_t kNumberBytes = sizeof(int);

}  // namespace

void DescriptorJudge::on_race_begins() {
  order_.keep();
  for (auto& [fd, openings] : now_.openings) {
    // What was open before is known to all.
    for (Opening& opening : openings) opening.opened_at = 0;
  }
  at_race_ = now_;
}

void DescriptorJudge::on_execution_begins() {
  order_.restore();
  now_ = at_race_;
  written_.clear();
  writes_ = 0;
  told_.clear();
}

void DescriptorJudge::on_step(const Thread& thread, const Operation& op, Wake) {
  if (op.kind == OpKind::thread_exit) order_.on_exit(thread);
  if (op.kind == OpKind::thread_join) order_.on_join(thread, op.object);
}

void DescriptorJudge::on_access(const Thread& thread, const PlainAccess& access) {
  if (access.access == Access::write) {
    // By ranges of libraries, too: each place where a number could begin.
    ++writes_;
    if (access.bytes < kNumberBytes) return;
    for (std::uint32_t i = 0; i + kNumberBytes <= access.bytes; i += kNumberBytes) {
      written_[access.address + i] = writes_;
    }
    return;
  }
  if (access.bytes != kNumberBytes || access.by_library) return;
  if (thread.id >= now_.reads.size()) now_.reads.resize(thread.id + 1u);
  Reads& reads = now_.reads[thread.id];
  reads.addresses[reads.next++ % Reads::kKept] = access.address;
}

bool DescriptorJudge::knows(const Thread& thread, const Opening& opening) const {
  return order_.comes_after(thread.id, opening.opened.thread, opening.opened_at);
}

bool DescriptorJudge::has_read_since(const Thread& thread, int fd, const Opening& opening) const {
  if (thread.id >= now_.reads.size()) return false;
  return std::ranges::any_of(now_.reads[thread.id].addresses, [&](std::uintptr_t address) {
    const auto written = written_.find(address);
    if (written == written_.end() || written->second <= opening.written) return false;
    // The thread has just read it there, so it can be read.
    int value = 0;
    std::memcpy(&value, reinterpret_cast<const void*>(address), sizeof value);
    return value == fd;
  });
}

void DescriptorJudge::on_descriptor(const Thread& thread, const DescriptorUse& use) {
  if (use.fd < 0) return;
  if (use.act == DescriptorAct::opens) {
    now_.openings[use.fd].push_back(
        {scene().moment(thread, thread.call_pc()), order_.time_of(thread.id), writes_, use.kind});
    return;
  }
  this->use(thread, use);
  std::vector<Opening>& openings = now_.openings[use.fd];
  if (use.act != DescriptorAct::closes || openings.empty() || openings.back().is_closed) return;
  openings.back().is_closed = true;
  openings.back().closed = scene().moment(thread, thread.call_pc());
}

void DescriptorJudge::use(const Thread& thread, const DescriptorUse& use) {
  const std::vector<Opening>& openings = now_.openings[use.fd];
  if (openings.empty()) {
    accuse(thread, use, "a descriptor is used that was never opened", nullptr, nullptr);
    return;
  }
  const Opening& now = openings.back();
  if (now.is_closed) {
    accuse(thread, use,
           use.act == DescriptorAct::closes ? "a descriptor is closed twice"
                                            : "a descriptor is used after it was closed",
           &now, nullptr);
    return;
  }
  if (openings.size() < 2 || knows(thread, now) || has_read_since(thread, use.fd, now)) return;
  const auto old = std::find_if(openings.rbegin() + 1, openings.rend(), [&](const Opening& o) {
    return knows(thread, o) || (o.is_closed && o.closed.thread == thread.id);
  });
  if (old == openings.rend()) return;
  accuse(thread, use, "a descriptor is used that by now is somebody else's", &*old, &now);
}

void DescriptorJudge::accuse(const Thread& thread, const DescriptorUse& use, std::string message,
                             const Opening* old, const Opening* now) {
  if (!told_.insert(thread.call_pc()).second) return;
  Finding finding;
  finding.law = "FD";
  finding.message = std::move(message);
  finding.thing = old != nullptr ? std::string(old->kind) : "descriptor";
  finding.thing_detail = "descriptor " + std::to_string(use.fd);
  if (old != nullptr) {
    finding.deeds.push_back(scene().deed("opens it", old->opened));
    if (old->is_closed) finding.deeds.push_back(scene().deed("closes it", old->closed));
  }
  if (now != nullptr) {
    finding.deeds.push_back(
        scene().deed("gets the same number for a " + std::string(now->kind), now->opened));
  }
  finding.deeds.push_back(
      scene().deed_now(*use.call != 0 ? "calls " + std::string(use.call) + "()" : "uses it", thread,
                       thread.call_pc()));
  report(std::move(finding));
}

}  // namespace onhook
