// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/dpor/plain_races.h"

#include <algorithm>

namespace onhook {

void PlainRaces::on_access(const Thread&, const PlainAccess& access) {
  if (event_ == kNoEvent) return;
  std::uint64_t address = access.address;
  std::uint32_t left = access.bytes;
  while (left > 0) {
    const auto first = static_cast<std::uint32_t>(address % 8);
    const std::uint32_t n = std::min(left, 8 - first);
    const auto bytes = static_cast<std::uint8_t>(((1u << n) - 1) << first);
    log({address - first, event_, bytes, access.access == Access::write, effects_, access.pc});
    address += n;
    left -= n;
  }
}

void PlainRaces::log(const Record& r) {
  Recent& recent = recent_[(r.group >> 3 ^ r.pc) % kRecent];
  if (recent.group == r.group && recent.event == r.event && recent.pc == r.pc &&
      recent.bytes == r.bytes && recent.write == r.write && recent.effects == r.effects) {
    return;
  }
  recent = {r.group, r.event, r.pc, r.bytes, r.effects, r.write};
  log_.push_back(r);
}

void PlainRaces::cut(std::uint32_t kept) {
  while (!log_.empty() && log_.back().event >= kept) {
    if (log_.size() <= looked_at_) groups_[log_.back().group].pop_back();
    log_.pop_back();
  }
  looked_at_ = std::min(looked_at_, log_.size());
  std::ranges::fill(recent_, Recent{});
  event_ = kNoEvent;
}

bool PlainRaces::find(AccessPoints& points) {
  bool grew = false;
  for (; looked_at_ < log_.size(); ++looked_at_) {
    const Record& b = log_[looked_at_];
    std::vector<std::uint32_t>& group = groups_[b.group];
    for (std::size_t k = group.size(); k-- > 0;) {
      const Record& a = log_[group[k]];
      if ((a.bytes & b.bytes) == 0) continue;
      if (history_.happens_before(a.event, a.effects, b.event)) {
        // Whatever conflicts with `b` and came before this write has met the write.
        if (a.write && (a.bytes & b.bytes) == b.bytes) break;
        continue;
      }
      if (!a.write && !b.write) continue;
      grew |= points.add(a.pc);
      grew |= points.add(b.pc);
    }
    group.push_back(static_cast<std::uint32_t>(looked_at_));
  }
  return grew;
}

}  // namespace onhook
