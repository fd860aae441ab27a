// SPDX-License-Identifier: GPL-3.0-or-later
// `onhook replay --gdb` and `--rr`: this process becomes gdb, or rr, which start onhook again with
// `replay FILE --debuggee` or `--here`. With `--tsan` it becomes onhook-tsan
// (harness/tsan/TSAN.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/cli/command.h"

namespace onhook::cli {

struct GdbRequest {
  std::uint32_t at = 0;               ///< the step to stop at; 0: where the law breaks
  std::uint32_t back = 0;             ///< then so many steps back
  std::vector<std::string> commands;  ///< gdb runs these and ends; none: it asks its user
};

/// What gdb is started with. `gdb_folder` holds onhook_gdb.py.
std::vector<std::string> gdb_command(const GdbRequest& request, const std::string& gdb_folder,
                                     const std::string& executable, const std::string& schedule);

/// Return only when it cannot be done, with the exit code; the reason is printed.
int become_gdb(const GdbRequest& request, const std::string& schedule, Console& console);
int become_rr(const std::string& schedule, Console& console);
int become_onhook_tsan(const std::string& schedule, Console& console);

}  // namespace onhook::cli
