// SPDX-License-Identifier: GPL-3.0-or-later
// For tests that start onhook, and onhook-asan --compare on what it writes.
#pragma once

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/cli/process_testing.h"

namespace onhook::testing_asan {

using testing_process::TemporaryFolder;

struct Comparison {
  int exit_code = -1;
  int both = -1;
  int only_asan = -1;
  int only_ours = -1;
  std::string text;
};

inline Comparison compare_with(const std::string& known, std::vector<std::string> arguments,
                               const TemporaryFolder& folder) {
  arguments.insert(arguments.end(), {"--compare", "--known", known});
  const std::string log = folder / "compared";
  std::filesystem::remove(log);
  Comparison compared;
  compared.exit_code =
      testing_process::wait_for(testing_process::start(ONHOOK_ASAN_EXECUTABLE, arguments, log, {}));
  compared.text = testing_process::text_of_file(log);
  if (compared.text.size() < 2) return compared;
  const std::size_t last = compared.text.rfind('\n', compared.text.size() - 2);
  std::sscanf(compared.text.c_str() + (last == std::string::npos ? 0 : last + 1),
              "%d both, %d only ASan, %d only ours", &compared.both, &compared.only_asan,
              &compared.only_ours);
  return compared;
}

inline Comparison compare(const std::vector<std::string>& arguments,
                          const TemporaryFolder& folder) {
  return compare_with(ONHOOK_KNOWN_DIFFERENCES, arguments, folder);
}

/// The schedules of broken MEMORY that this command of onhook's writes, by name.
inline std::vector<std::string> schedules_of(std::vector<std::string> command,
                                             const TemporaryFolder& folder) {
  command.insert(command.end(), {"--judges", "memory", "--jobs", "1", "--out", folder / "out"});
  testing_process::run(command, folder / "log");
  std::vector<std::string> schedules;
  std::error_code none;
  for (const auto& file : std::filesystem::directory_iterator(folder / "out", none)) {
    if (file.path().extension() != ".sched") continue;
    if (testing_process::text_of_file(file.path()).find(" MEMORY\n") != std::string::npos) {
      schedules.push_back(file.path());
    }
  }
  std::ranges::sort(schedules);
  return schedules;
}

}  // namespace onhook::testing_asan
