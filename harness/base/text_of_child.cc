// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/base/text_of_child.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <sstream>
#include <string_view>
#include <utility>

#include "harness/base/check.h"
#include "harness/base/write_all.h"

namespace onhook {
ChildText text_of_child(const std::function<std::string()>& work) {
  int ends[2];
  ONHOOK_CHECK(::pipe(ends) == 0, "no pipe");
  std::fflush(nullptr);
  const pid_t child = ::fork();
  ONHOOK_CHECK(child >= 0, "no process");
  if (child == 0) {
    ::close(ends[0]);
    ::_exit(write_all(ends[1], work()) ? 0 : 1);
  }
  ::close(ends[1]);
  ChildText result;
  char buffer[4096];
  for (;;) {
    const ssize_t n = ::read(ends[0], buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    result.text.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    result.fault = fmt::format("signal {}", WTERMSIG(status));
  } else if (WEXITSTATUS(status) != 0) {
    result.fault = fmt::format("exit code {}", WEXITSTATUS(status));
  }
  return result;
}

ChildLines lines_of_child(const std::function<ChildLines()>& work) {
  constexpr std::string_view kFault = "fault\t";
  const ChildText child = text_of_child([&] {
    ChildLines done = work();
    std::string text;
    for (const std::string& line : done.lines) text += line + '\n';
    std::ranges::replace(done.fault, '\n', ' ');
    return text + std::string(kFault) + done.fault + '\n';
  });
  ChildLines result;
  std::istringstream lines(child.text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kFault)) {
      result.fault = line.substr(kFault.size());
    } else {
      result.lines.push_back(std::move(line));
    }
  }
  if (!child.fault.empty()) {
    result.fault = "the process that played it ended early: " + child.fault;
  }
  return result;
}

}  // namespace onhook
