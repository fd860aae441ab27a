// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/rr_ability.h"

#include <fmt/format.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "harness/host/command.h"

namespace onhook::cli {
namespace {

/// errno of counting this thread's instructions, or 0.
int perf_error() {
  perf_event_attr what{};
  what.type = PERF_TYPE_HARDWARE;
  what.size = sizeof what;
  what.config = PERF_COUNT_HW_INSTRUCTIONS;
  what.exclude_kernel = 1;
  const long fd = ::syscall(SYS_perf_event_open, &what, 0, -1, -1, 0);
  if (fd < 0) return errno;
  ::close(static_cast<int>(fd));
  return 0;
}

bool says(const RrTrial& trial, std::string_view words) {
  return trial.output.find(words) != std::string::npos;
}

/// The first line that names a failure, without rr's own place in its source.
std::string complaint_of(const std::string& output) {
  std::istringstream in(output);
  std::string first;
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) continue;
    if (first.empty()) first = line;
    if (line.find("FATAL") == std::string::npos && line.find("ERROR") == std::string::npos)
      continue;
    const std::size_t end = line.find("] ");
    return end == std::string::npos ? line : line.substr(end + 2);
  }
  return first.empty() ? "it said nothing" : first;
}

std::string cause_of(const RrTrial& trial) {
  if (says(trial, "CPU type") || says(trial, "unknown CPU") || says(trial, "Unknown CPU")) {
    return "rr does not know this processor";
  }
  if (trial.perf_error == EACCES || trial.perf_error == EPERM ||
      says(trial, "perf_event_paranoid")) {
    return fmt::format(
        "the kernel keeps the performance counters to itself (perf_event_paranoid is {})",
        trial.paranoid.empty() ? "unknown" : trial.paranoid);
  }
  if (trial.perf_error == ENOSYS) return "the kernel has no performance events";
  if (trial.perf_error != 0) {
    return fmt::format(
        "no hardware performance counter (perf_event_open: {}), as on most virtual machines",
        std::strerror(trial.perf_error));
  }
  if (says(trial, "ptrace")) return "ptrace is refused";
  return fmt::format("`rr record true` ends with {}", trial.status);
}

}  // namespace

RrTrial try_rr() {
  RrTrial trial;
  const CommandResult version = run_command({"rr", "--version"});
  trial.installed = version.status == 0;
  if (!trial.installed) return trial;
  char folder[] = "/tmp/onhook-rr.XXXXXX";
  if (::mkdtemp(folder) == nullptr) return trial;
  const CommandResult record =
      run_command({"rr", "record", "--output-trace-dir", std::string(folder) + "/trace", "true"});
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  trial.status = record.status;
  trial.output = record.output;
  trial.perf_error = perf_error();
  std::ifstream("/proc/sys/kernel/perf_event_paranoid") >> trial.paranoid;
  return trial;
}

std::string why_rr_cannot_record(const RrTrial& trial) {
  if (!trial.installed) return "it is not installed (Debian's package rr)";
  if (trial.status == 0) return "";
  return fmt::format("{}; rr says: {}", cause_of(trial), complaint_of(trial.output));
}

std::string why_rr_cannot_record() { return why_rr_cannot_record(try_rr()); }

}  // namespace onhook::cli
