// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/abstract_schedule.h"

#include <algorithm>

namespace onhook {

bool Guide::breaks(const Running& running, SiteId site, const Sites& sites,
                   const ReadsFromTrace& trace) {
  const auto [read, write] = running.constraint.pair;
  const std::uint32_t object = sites[read].object;
  const bool ripe = trace.last_write(object) == write;
  if (running.constraint.polarity == Polarity::none) return site == read && ripe;
  if (site == read) return !ripe;
  if (!ripe) return site == write && !running.awaited;
  return sites[site].object == object && sites[site].writes;
}

void Guide::restart(const AbstractSchedule& schedule, std::uint32_t patience) {
  running_.clear();
  for (const Constraint& c : schedule) running_.push_back({c, patience, false, false, false});
}

void Guide::begin_choice(const std::vector<SiteId>& pending, const Sites& sites) {
  for (Running& r : running_) {
    if (r.held && --r.patience == 0) r.over = true;
    r.held = false;
    r.awaited = std::ranges::any_of(pending, [&](SiteId site) {
      return site == r.constraint.pair.read ||
             std::ranges::find(sites.guarded_by(site), r.constraint.pair.read) !=
                 sites.guarded_by(site).end();
    });
  }
}

bool Guide::holds_back(SiteId site, const Sites& sites, const ReadsFromTrace& trace) {
  if (site == kInitial) return false;
  for (Running& r : running_) {
    if (r.over) continue;
    const auto would_break = [&](SiteId s) { return breaks(r, s, sites, trace); };
    if (!would_break(site) && std::ranges::none_of(sites.guarded_by(site), would_break)) continue;
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
