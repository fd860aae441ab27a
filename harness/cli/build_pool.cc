// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/build_pool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "harness/base/check.h"
#include "harness/host/revision_target.h"

namespace onhook::cli {
namespace {

constexpr int kLessRight = 5;
constexpr std::size_t kMostError = 16384;

/// The process of one build.
[[noreturn]] void build(const std::string& clone, const std::string& commit,
                        const std::string& variant, bool first, int message) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (!first) {
    [[maybe_unused]] const int priority = ::nice(kLessRight);
    ::setenv("ONHOOK_JOBS", "1", 1);
  }
  std::string error;
  auto opened = RevisionTargets::open(clone);
  if (const auto* why = std::get_if<std::string>(&opened)) {
    error = *why;
  } else {
    RevisionTargets& targets = *std::get<std::unique_ptr<RevisionTargets>>(opened);
    targets.keep_builders_in_group();
    error = targets.target_of(commit, variant).error;
  }
  error.resize(std::min(error.size(), kMostError));  // a pipe takes it without a reader
  [[maybe_unused]] const ssize_t written = ::write(message, error.data(), error.size());
  ::_exit(0);
}

}  // namespace

BuildPool::BuildPool(std::string clone, std::string variant, int jobs)
    : clone_(std::move(clone)),
      variant_(std::move(variant)),
      jobs_(static_cast<std::size_t>(std::max(1, jobs))) {}

BuildPool::~BuildPool() {
  for (const auto& [commit, build] : running_) end(build);
}

void BuildPool::end(const Build& build) {
  ::kill(-build.pid, SIGKILL);
  ::kill(build.pid, SIGKILL);  // it may not have its group yet
  ::close(build.message);
  while (::waitpid(build.pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void BuildPool::want(const std::vector<std::string>& commits) {
  collect();
  wanted_ = commits;
  for (auto it = running_.begin(); it != running_.end();) {
    if (std::ranges::find(wanted_, it->first) == wanted_.end()) {
      end(it->second);
      ++given_up_;
      it = running_.erase(it);
    } else {
      ++it;
    }
  }
  const auto begun = [&](const std::string& commit) {
    return running_.contains(commit) || errors_.contains(commit);
  };
  if (!wanted_.empty() && !begun(wanted_.front()) && running_.size() >= jobs_) {
    const auto last = std::find_if(wanted_.rbegin(), wanted_.rend(),
                                   [&](const std::string& c) { return running_.contains(c); });
    end(running_.at(*last));
    ++given_up_;
    running_.erase(*last);
  }
  for (const std::string& commit : wanted_) {
    if (running_.size() >= jobs_) break;
    if (!begun(commit)) start(commit, commit == wanted_.front());
  }
}

void BuildPool::start(const std::string& commit, bool first) {
  std::array<int, 2> ends{-1, -1};
  ONHOOK_CHECK(::pipe2(ends.data(), O_CLOEXEC) == 0, "cannot open a pipe for a build");
  const pid_t pid = ::fork();
  ONHOOK_CHECK(pid >= 0, "cannot fork a build");
  if (pid == 0) build(clone_, commit, variant_, first, ends[1]);
  ::close(ends[1]);
  running_[commit] = {pid, ends[0]};
  ++begun_;
}

void BuildPool::collect() {
  for (auto it = running_.begin(); it != running_.end();) {
    int status = 0;
    if (::waitpid(it->second.pid, &status, WNOHANG) != it->second.pid) {
      ++it;
      continue;
    }
    std::string& error = errors_[it->first];
    std::array<char, 4096> buffer{};
    for (;;) {
      const ssize_t n = ::read(it->second.message, buffer.data(), buffer.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) break;
      error.append(buffer.data(), static_cast<std::size_t>(n));
    }
    if (error.empty() && WIFSIGNALED(status)) {
      error = fmt::format("the builder died of signal {}", WTERMSIG(status));
    }
    ::close(it->second.message);
    it = running_.erase(it);
  }
}

std::string BuildPool::wait_for(const std::string& commit) {
  for (;;) {
    want(wanted_);
    if (const auto done = errors_.find(commit); done != errors_.end()) return done->second;
    std::vector<pollfd> ends;
    for (const auto& [id, build] : running_) ends.push_back({build.message, POLLIN, 0});
    // It ends right after its pipe does.
    ::poll(ends.data(), ends.size(), 20);
  }
}

}  // namespace onhook::cli
