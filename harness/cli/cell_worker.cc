// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/cell_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <fstream>
#include <new>

#include "harness/base/check.h"
#include "harness/cli/pipe_sink.h"
#include "harness/report/text.h"

namespace onhook::cli {
namespace {

constexpr std::size_t kErrorTail = 4096;
constexpr int kMessageDescriptor = 3;

// Signals that a wrong program brings upon itself.
constexpr std::array kFaultSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};

bool is_fault(int signal) {
  return std::find(kFaultSignals.begin(), kFaultSignals.end(), signal) != kFaultSignals.end();
}

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", name);
}

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe open_pipe() {
  int ends[2];
  ONHOOK_CHECK(::pipe2(ends, O_CLOEXEC) == 0, "cannot open a pipe for a cell");
  ONHOOK_CHECK(::fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0, "cannot set up a cell's pipe");
  return {ends[0], ends[1]};
}

// Appends what can be read now; closes the descriptor at its end.
void drain(int& fd, std::string& out) {
  std::array<char, 65536> bytes;
  while (fd >= 0) {
    const ssize_t n = ::read(fd, bytes.data(), bytes.size());
    if (n > 0) {
      out.append(bytes.data(), static_cast<std::size_t>(n));
    } else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
      ::close(fd);
      fd = -1;
    } else if (errno == EAGAIN) {
      return;
    }
  }
}

RunResult run_guarded(const CellRequest& cell, const CellRunner& run, ProgressSink& sink) {
  try {
    return run(cell, sink);
  } catch (const std::exception& error) {
    RunResult result;
    result.scenario = cell.scenario_path;
    result.target = cell.target;
    result.verdict = Verdict::harness_fault;
    result.fault = fmt::format("an exception reached the cell's process: {}", error.what());
    return result;
  }
}

}  // namespace

struct CellWorker::StopPage {
  std::atomic<bool> stop{false};
};

CellWorker::CellWorker(const CellRequest& cell, const CellRunner& run) : cell_(cell) {
  void* page =
      ::mmap(nullptr, sizeof(StopPage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ONHOOK_CHECK(page != MAP_FAILED, "cannot map a cell's shared page");
  stop_page_ = new (page) StopPage;
  const Pipe messages = open_pipe();
  const Pipe errors = open_pipe();
  pid_ = ::fork();
  ONHOOK_CHECK(pid_ >= 0, "cannot fork a cell's process");
  if (pid_ == 0) be_the_child(run, messages.write_end, errors.write_end);
  ::close(messages.write_end);
  ::close(errors.write_end);
  message_fd_ = messages.read_end;
  error_fd_ = errors.read_end;
}

CellWorker::~CellWorker() {
  if (!reaped_) {
    ::kill(pid_, SIGKILL);
    while (::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
  }
  if (message_fd_ >= 0) ::close(message_fd_);
  if (error_fd_ >= 0) ::close(error_fd_);
  ::munmap(stop_page_, sizeof(StopPage));
}

void CellWorker::be_the_child(const CellRunner& run, int message_fd, int error_fd) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGINT, SIG_IGN);  // Ctrl-C reaches the whole group; the campaign tells us to stop
  ::signal(SIGTERM, SIG_DFL);
  ::signal(SIGPIPE, SIG_IGN);
  // What the plugin prints is kept apart from the report. Every other descriptor is somebody
  // else's.
  ::dup2(error_fd, STDERR_FILENO);
  ::dup2(error_fd, STDOUT_FILENO);
  ::dup2(message_fd, kMessageDescriptor);
  ::close_range(kMessageDescriptor + 1, ~0u, 0);
  ::fcntl(kMessageDescriptor, F_SETFD, FD_CLOEXEC);
  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  ::dup2(nothing, STDIN_FILENO);
  ::close(nothing);

  PipeSink sink(kMessageDescriptor, stop_page_->stop);
  sink.send(run_guarded(cell_, run, sink));
  ::_exit(0);
}

CellWorker::News CellWorker::read() {
  News news;
  std::string bytes;
  drain(message_fd_, bytes);
  drain(error_fd_, news.standard_error);
  reader_.append(bytes);
  while (auto message = reader_.next()) {
    note(*message);
    news.messages.push_back(std::move(*message));
  }
  error_tail_ += news.standard_error;
  if (error_tail_.size() > kErrorTail) error_tail_.erase(0, error_tail_.size() - kErrorTail);
  return news;
}

void CellWorker::note(const CellMessage& message) {
  if (const auto* progress = std::get_if<Progress>(&message)) progress_ = *progress;
  if (const auto* result = std::get_if<RunResult>(&message)) result_ = *result;
  if (const auto* found = std::get_if<FoundViolation>(&message)) {
    found_.push_back(found->violation);
    found_.back().schedule = found->schedule;
  }
}

std::uint64_t CellWorker::resident_bytes() const {
  std::ifstream statm(fmt::format("/proc/{}/statm", pid_));
  std::uint64_t all = 0;
  std::uint64_t resident = 0;
  statm >> all >> resident;
  return statm ? resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

void CellWorker::request_stop() { stop_page_->stop.store(true); }

void CellWorker::kill_because(std::string why) {
  if (killed_because_.empty()) killed_because_ = std::move(why);
  if (!reaped_) ::kill(pid_, SIGKILL);
}

bool CellWorker::finished() {
  if (!reaped_ && ::waitpid(pid_, &status_, WNOHANG) == pid_) {
    reaped_ = true;
    return false;  // what it wrote last is still to be read
  }
  return reaped_;
}

RunResult CellWorker::result() const {
  ONHOOK_CHECK(reaped_, "a cell that still runs has no result");
  RunResult result = result_ ? *result_ : result_of_death();
  // A schedule is announced with its violation; the result need not say it again.
  for (Violation& violation : result.violations) {
    for (const Violation& found : found_) {
      if (violation.schedule.empty() && found.same_as(violation)) {
        violation.schedule = found.schedule;
      }
    }
    if (result.schedule.empty()) result.schedule = violation.schedule;
  }
  return result;
}

RunResult CellWorker::result_of_death() const {
  RunResult result;
  result.scenario = cell_.scenario_path;
  result.target = cell_.target;
  result.executions = progress_.executions;
  result.violations = found_;
  result.verdict = found_.empty() ? Verdict::vacuous : Verdict::violated;
  const std::string where =
      fmt::format("execution {}{}", progress_.executions + 1,
                  progress_.order.empty() ? "" : fmt::format(" of order {}", progress_.order));
  if (stop_page_->stop.load()) {
    result.bound = "interrupted";
    result.interrupted = true;
    return result;
  }
  if (killed_because_.empty() && WIFSIGNALED(status_) && is_fault(WTERMSIG(status_)) &&
      progress_.phase == Phase::exploring) {
    result.verdict = Verdict::violated;
    Violation crash;
    crash.law = "crash";
    crash.message =
        fmt::format("the process died of {} in {}", signal_name(WTERMSIG(status_)), where);
    result.violations.push_back(std::move(crash));
    result.bound = "crash";
    return result;
  }
  result.verdict = Verdict::harness_fault;
  result.unsaid = true;
  if (!killed_because_.empty()) {
    result.fault = fmt::format("{}, in {}", killed_because_, where);
  } else if (WIFSIGNALED(status_)) {
    result.fault =
        fmt::format("the cell's process died of {} in {}", signal_name(WTERMSIG(status_)),
                    progress_.phase == Phase::preparing ? "its preparation" : where);
  } else if (reader_.broken()) {
    result.fault = "the cell's process sent a message that cannot be understood";
  } else {
    result.fault =
        fmt::format("the cell's process ended with code {} and no result", WEXITSTATUS(status_));
  }
  const std::string said = one_line(error_tail_);
  const std::size_t from = said.find_first_not_of(' ');
  if (from != std::string::npos) result.fault += fmt::format(": {}", said.substr(from));
  return result;
}

}  // namespace onhook::cli
