// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/command.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>

namespace onhook {
namespace {

using Clock = std::chrono::steady_clock;

/// Takes in what can be read now; false at the end.
bool take(int fd, std::string& text) {
  std::array<char, 4096> buffer{};
  const ssize_t n = ::read(fd, buffer.data(), buffer.size());
  if (n < 0) return errno == EINTR || errno == EAGAIN;
  text.append(buffer.data(), static_cast<std::size_t>(n));
  return n > 0;
}

[[noreturn]] void be_the_program(const std::vector<std::string>& argv,
                                 const CommandOptions& options, int out, int err) {
  if (options.seconds > 0 && options.own_group) ::setpgid(0, 0);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  if (options.in_child && !options.in_child()) ::_exit(126);
  become(argv);
}

}  // namespace

void become(const std::vector<std::string>& argv) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::vector<char*> raw;
  for (const std::string& a : argv) raw.push_back(const_cast<char*>(a.c_str()));
  raw.push_back(nullptr);
  ::execvp(raw[0], raw.data());
  const std::string why = argv[0] + ": " + strerror(errno) + "\n";
  if (::write(STDERR_FILENO, why.data(), why.size()) < 0) ::_exit(127);
  ::_exit(127);
}

CommandResult run_command(const std::vector<std::string>& argv, const CommandOptions& options) {
  std::array<int, 2> out{-1, -1};
  std::array<int, 2> err{-1, -1};
  if (::pipe2(out.data(), O_CLOEXEC) != 0) return {-1, strerror(errno)};
  if (options.errors_apart && ::pipe2(err.data(), O_CLOEXEC) != 0) {
    ::close(out[0]);
    ::close(out[1]);
    return {-1, strerror(errno)};
  }
  const pid_t child = ::fork();
  if (child == 0) be_the_program(argv, options, out[1], options.errors_apart ? err[1] : out[1]);
  ::close(out[1]);
  if (err[1] >= 0) ::close(err[1]);
  CommandResult result;
  if (child < 0) {
    result.output = strerror(errno);
  } else {
    const auto deadline = Clock::now() + std::chrono::duration<double>(options.seconds);
    std::array<pollfd, 2> ends{pollfd{out[0], POLLIN, 0}, pollfd{err[0], POLLIN, 0}};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
      const double left = std::chrono::duration<double>(deadline - Clock::now()).count();
      if (options.seconds > 0 && left <= 0 && !result.timed_out) {
        result.timed_out = true;
        ::kill(options.own_group ? -child : child, SIGKILL);
      }
      const bool waits = options.seconds <= 0 || result.timed_out;
      ::poll(ends.data(), ends.size(), waits ? -1 : static_cast<int>(left * 1000) + 1);
      for (std::size_t i = 0; i < ends.size(); ++i) {
        std::string& text = i == 0 ? result.output : result.errors;
        if (ends.at(i).fd < 0 || ends.at(i).revents == 0) continue;
        if (!take(ends.at(i).fd, text)) ends.at(i).fd = -1;
      }
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  ::close(out[0]);
  if (err[0] >= 0) ::close(err[0]);
  return result;
}

}  // namespace onhook
