// SPDX-License-Identifier: GPL-3.0-or-later
// Can rr record on this machine? It needs a hardware counter of retired conditional branches that
// the kernel lets it use, a processor it knows, and ptrace. Found out by trying.
#pragma once

#include <string>

namespace onhook::cli {

/// What was tried.
struct RrTrial {
  bool installed = false;
  int status = -1;       ///< of `rr record true`
  std::string output;    ///< what it said
  int perf_error = 0;    ///< errno of perf_event_open() for a hardware counter; 0: there is one
  std::string paranoid;  ///< /proc/sys/kernel/perf_event_paranoid, or ""
};

RrTrial try_rr();

/// "" or, in one line, what is missing, with rr's own words.
std::string why_rr_cannot_record(const RrTrial& trial);
std::string why_rr_cannot_record();

}  // namespace onhook::cli
