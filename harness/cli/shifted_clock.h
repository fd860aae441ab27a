// SPDX-License-Identifier: GPL-3.0-or-later
// For tests of the real executable: starts `onhook` as if it were another time of day. Its clock is
// shifted for real, whichever way it is read: the vdso, through which the clock is read without the
// kernel, is hidden from it, and the system calls that are left are answered by us. Nothing is
// preloaded, so its interposition is the one that it always has.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "harness/cli/process_testing.h"

namespace onhook::testing_process {

struct ShiftedRun {
  int exit_code = -1;           ///< as of run()
  std::uint64_t questions = 0;  ///< how often the wall clock was read
  std::string impossible;       ///< "" or what this machine refused
};

/// "" or why clocks cannot be shifted here. Found out by trying, once.
const std::string& why_clocks_cannot_be_shifted();

/// run() with a wall clock that is `seconds` fast.
ShiftedRun run_at_another_time(long seconds, const std::vector<std::string>& arguments,
                               const std::string& output, const std::function<void()>& prepare);

}  // namespace onhook::testing_process
