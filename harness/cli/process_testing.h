// SPDX-License-Identifier: GPL-3.0-or-later
// For tests of the real executable: starts `onhook`, waits for it or kills it, reads what it wrote.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "harness/base/testing.h"
#include "harness/report/verdict.h"

namespace onhook::testing_process {

using testing_base::TemporaryFolder;

/// A running `onhook` with these arguments; what it prints goes into the file `output`. `prepare`
/// runs in the new process before it becomes onhook.
pid_t start(const std::vector<std::string>& arguments, const std::string& output,
            const std::function<void()>& prepare = {});
/// The same with another executable.
pid_t start(const char* executable, const std::vector<std::string>& arguments,
            const std::string& output, const std::function<void()>& prepare);
/// Its exit code, or minus the signal that ended it.
int wait_for(pid_t pid);
int run(const std::vector<std::string>& arguments, const std::string& output,
        const std::function<void()>& prepare = {});

using testing_base::text_of_file;
/// The results in a --json file; none, and a failed expectation, when it cannot be read.
std::vector<RunResult> results_of(const std::string& path);
/// All that a result says but how long it took.
std::string without_times(std::vector<RunResult> results);

/// A scenario of harness/cli/testdata/spread.
std::string scenario(const std::string& name);

}  // namespace onhook::testing_process
