// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/base/text_of_child.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string_view>

#include "harness/base/check.h"

namespace onhook {
namespace {

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

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

}  // namespace onhook
