// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/sched/cuts.h"

namespace onhook {

std::string to_text(Cuts cuts) {
  std::string text;
  if ((cuts & kClockRead) != 0) text = "latencies at which the clock was read";
  if ((cuts & kSettled) != 0) {
    text += text.empty() ? "" : ", ";
    text += "latencies that reach beyond the time to settle";
  }
  if ((cuts & kSilenced) != 0) {
    text += text.empty() ? "" : ", ";
    text += "what comes after suppressed reports that end executions";
  }
  return text;
}

}  // namespace onhook
