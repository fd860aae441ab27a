// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/process_testing.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/report/json_reader.h"

namespace onhook::testing_process {

pid_t start(const std::vector<std::string>& arguments, const std::string& output,
            const std::function<void()>& prepare) {
  return start(ONHOOK_EXECUTABLE, arguments, output, prepare);
}

pid_t start(const char* executable, const std::vector<std::string>& arguments,
            const std::string& output, const std::function<void()>& prepare) {
  std::vector<char*> argv = {const_cast<char*>(executable)};
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  if (prepare) prepare();
  ::execv(executable, argv.data());
  ::_exit(127);
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
  }
  return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

int run(const std::vector<std::string>& arguments, const std::string& output,
        const std::function<void()>& prepare) {
  return wait_for(start(arguments, output, prepare));
}

std::vector<RunResult> results_of(const std::string& path) {
  auto read = read_results(path);
  if (const auto* error = std::get_if<Diagnostic>(&read)) {
    ADD_FAILURE() << to_text(*error);
    return {};
  }
  return std::move(std::get<ResultsFile>(read).results);
}

std::string without_times(std::vector<RunResult> results) {
  for (RunResult& result : results) result.seconds = 0;
  return results_json(results, CampaignEnd::finished);
}

std::string scenario(const std::string& name) {
  return std::string(ONHOOK_SPREAD_TESTDATA) + "/" + name;
}

}  // namespace onhook::testing_process
