// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <iterator>

#include "harness/base/strings.h"
#include "harness/trace/event.h"

namespace onhook {

std::string to_text(const Trace& trace) {
  std::string out;
  for (const Fact& f : trace.facts) {
    fmt::format_to(std::back_inserter(out), "{:>6} {}.{:09} [{}] {} {} {}\n", f.step,
                   f.time / 1'000'000'000, f.time % 1'000'000'000, trace.lanes.at(f.thread).name,
                   text_of(f.actor), text_of(f.verb), text_of(f.detail));
  }
  return out;
}

}  // namespace onhook
