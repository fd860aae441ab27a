// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/abstract_schedule.h"

#include <algorithm>

namespace onhook {
namespace {

bool would_break(const Constraint& constraint, SiteId site, const Sites& sites,
                 const ReadsFromTrace& trace) {
  const auto [read, write] = constraint.pair;
  const std::uint32_t object = sites[read].object;
  const bool ripe = trace.last_write(object) == write;
  if (constraint.polarity == Polarity::none) return site == read && ripe;
  if (site == read) return !ripe;
  return ripe && sites[site].object == object && sites[site].writes;
}

}  // namespace

void Guide::restart(const AbstractSchedule& schedule, std::uint32_t patience) {
  running_.clear();
  for (const Constraint& c : schedule) running_.push_back({c, patience, false, false});
}

void Guide::begin_choice() {
  for (Running& r : running_) {
    if (!r.held) continue;
    r.held = false;
    if (--r.patience == 0) r.over = true;
  }
}

bool Guide::holds_back(SiteId site, const Sites& sites, const ReadsFromTrace& trace) {
  if (site == kInitial) return false;
  for (Running& r : running_) {
    if (r.over) continue;
    const auto breaks = [&](SiteId s) { return would_break(r.constraint, s, sites, trace); };
    if (!breaks(site) && std::ranges::none_of(sites.guarded_by(site), breaks)) continue;
    r.held = true;
    return true;
  }
  return false;
}

void Guide::on_step(SiteId site, const Sites& sites, const ReadsFromTrace& trace) {
  if (site == kInitial) return;
  for (Running& r : running_) {
    if (r.over || r.constraint.polarity == Polarity::none) continue;
    const auto [read, write] = r.constraint.pair;
    const std::uint32_t object = sites[read].object;
    const bool ripe = trace.last_write(object) == write;
    if (site == read && ripe) r.over = true;
    // The first value is gone for good once somebody has written.
    if (write == kInitial && sites[site].object == object && sites[site].writes) r.over = true;
  }
}

}  // namespace onhook
