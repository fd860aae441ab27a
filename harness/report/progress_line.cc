// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/progress_line.h"

#include <fmt/format.h>

#include "harness/report/text.h"

namespace onhook {
namespace {
constexpr double kPeriodSeconds = 0.1;
}

std::string progress_text(const CampaignProgress& p, const Style& style) {
  const double rate = p.seconds > 0 ? static_cast<double>(p.executions) / p.seconds : 0;
  std::string text = fmt::format(
      "[{}/{}] {} executions, {}/s, {}", p.cells_done, p.cells, with_thousands(p.executions),
      with_thousands(static_cast<std::uint64_t>(rate)), seconds_text(p.seconds));
  if (p.seconds_left > 0) text += fmt::format(", {} left", seconds_text(p.seconds_left));
  if (!p.scenario.empty()) text += fmt::format("  {} {}", p.target, p.scenario);
  if (!p.order.empty()) text += "  " + p.order;
  // The last column stays free: a terminal may wrap there.
  return clipped(one_line(text), static_cast<std::size_t>(style.width) - 1);
}

void ProgressLine::show(const CampaignProgress& progress) {
  if (!write_) return;
  if (drawn_ && progress.seconds - drawn_at_ < kPeriodSeconds) return;
  write_("\r\x1b[K" + progress_text(progress, style_));
  drawn_ = true;
  drawn_at_ = progress.seconds;
}

void ProgressLine::clear() {
  if (drawn_) write_("\r\x1b[K");
  drawn_ = false;
}

}  // namespace onhook
