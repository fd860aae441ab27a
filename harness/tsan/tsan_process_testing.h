// SPDX-License-Identifier: GPL-3.0-or-later
// For tests that start onhook, and onhook-tsan on the schedules that it writes.
#pragma once

#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/cli/process_testing.h"

namespace onhook::testing_tsan {

using testing_process::TemporaryFolder;

/// The schedules that this command of onhook's writes, by name.
inline std::vector<std::string> schedules_of(std::vector<std::string> command,
                                             const TemporaryFolder& folder) {
  command.insert(command.end(), {"--out", folder / "out"});
  testing_process::run(command, folder / "log");
  std::vector<std::string> schedules;
  std::error_code none;
  for (const auto& file : std::filesystem::directory_iterator(folder / "out", none)) {
    if (file.path().extension() == ".sched") schedules.push_back(file.path());
  }
  std::ranges::sort(schedules);
  return schedules;
}

struct Compared {
  int exit_code = -1;
  int both = -1;
  int only_libtsan = -1;
  int only_ours = -1;
  std::string text;
};

/// `onhook-tsan --compare` with these arguments.
inline Compared compare_with(const std::string& known, std::vector<std::string> arguments,
                             const TemporaryFolder& folder) {
  arguments.insert(arguments.end(), {"--compare", "--known", known});
  const std::string log = folder / "compared";
  std::filesystem::remove(log);
  Compared compared;
  compared.exit_code =
      testing_process::wait_for(testing_process::start(ONHOOK_TSAN_EXECUTABLE, arguments, log, {}));
  compared.text = testing_process::text_of_file(log);
  const std::size_t last = compared.text.rfind('\n', compared.text.size() - 2);
  std::sscanf(compared.text.c_str() + (last == std::string::npos ? 0 : last + 1),
              "%d both, %d only libtsan, %d only ours", &compared.both, &compared.only_libtsan,
              &compared.only_ours);
  return compared;
}

inline Compared compare(const std::vector<std::string>& arguments, const TemporaryFolder& folder) {
  return compare_with(ONHOOK_KNOWN_DIFFERENCES, arguments, folder);
}

}  // namespace onhook::testing_tsan
