// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/shifted_clock.h"

#include <elf.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <thread>
#include <utility>

namespace onhook::testing_process {
namespace {

constexpr std::uint32_t at(std::size_t field) { return static_cast<std::uint32_t>(field); }

/// From here on the calls of this process and of those that it makes that read the wall clock ask
/// whoever has the descriptor; -1: not possible.
int hand_over_clock() {
  constexpr std::uint32_t kNumber = at(offsetof(seccomp_data, nr));
  constexpr std::uint32_t kClock = at(offsetof(seccomp_data, args));
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kNumber),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_gettimeofday, 6, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_time, 5, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kClock),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLOCK_REALTIME, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CLOCK_REALTIME_COARSE, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
  };
  const sock_fprog program = {sizeof code / sizeof code[0], code};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return static_cast<int>(
      ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program));
}

/// In a process stopped right after exec: takes the vdso out of what the kernel tells it.
bool hide_vdso(pid_t pid) {
  user_regs_struct registers{};
  if (::ptrace(PTRACE_GETREGS, pid, nullptr, &registers) != 0) return false;
  // On the stack: argc, the arguments, 0, the environment, 0, pairs of type and value.
  auto word = registers.rsp;
  const auto peek = [&] {
    errno = 0;
    return static_cast<unsigned long>(
        ::ptrace(PTRACE_PEEKDATA, pid, reinterpret_cast<void*>(word), nullptr));
  };
  word += 8 * (peek() + 2);
  while (peek() != 0 && errno == 0) word += 8;
  for (word += 8; errno == 0; word += 16) {
    const unsigned long type = peek();
    if (type == AT_NULL) return true;  // it has none
    if (type != AT_SYSINFO_EHDR) continue;
    return ::ptrace(PTRACE_POKEDATA, pid, reinterpret_cast<void*>(word),
                    reinterpret_cast<void*>(static_cast<unsigned long>(AT_IGNORE))) == 0;
  }
  return false;
}

template <typename T>
bool write_into(std::uint32_t pid, std::uint64_t address, const T& value) {
  const iovec from = {const_cast<T*>(&value), sizeof value};
  const iovec to = {reinterpret_cast<void*>(address), sizeof value};
  return ::process_vm_writev(static_cast<pid_t>(pid), &from, 1, &to, 1, 0) ==
         static_cast<ssize_t>(sizeof value);
}

/// Answers until nobody can ask any more; how often.
std::uint64_t answer(int listener, long shift) {
  std::uint64_t answered = 0;
  for (;;) {
    pollfd ready = {listener, POLLIN, 0};
    if (::poll(&ready, 1, -1) < 0 && errno != EINTR) return answered;
    if ((ready.revents & POLLIN) == 0) {
      if ((ready.revents & (POLLHUP | POLLERR)) != 0) return answered;
      continue;
    }
    seccomp_notif question{};
    if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &question) != 0) continue;
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec += shift;
    const auto& [first, second] = std::pair(question.data.args[0], question.data.args[1]);
    seccomp_notif_resp reply{};
    reply.id = question.id;
    bool written = true;
    if (question.data.nr == SYS_clock_gettime) {
      written = write_into(question.pid, second, now);
    } else if (question.data.nr == SYS_gettimeofday) {
      if (first != 0)
        written = write_into(question.pid, first, timeval{now.tv_sec, now.tv_nsec / 1000});
    } else {
      reply.val = now.tv_sec;
      if (first != 0) written = write_into(question.pid, first, now.tv_sec);
    }
    if (!written) reply.error = -EFAULT;
    if (::ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &reply) == 0) ++answered;
  }
}

/// A descriptor of another process as one of ours.
int fetch_descriptor(pid_t pid, int theirs) {
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (process < 0) return -1;
  const int ours = static_cast<int>(::syscall(SYS_pidfd_getfd, process, theirs, 0));
  ::close(process);
  return ours;
}

/// Through its execs: onhook itself, and onhook again in its own process image.
int follow(pid_t pid, std::string& impossible) {
  for (int execs = 0;;) {
    int status = 0;
    if (::waitpid(pid, &status, 0) < 0) continue;
    if (!WIFSTOPPED(status)) return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
    const int signal = WSTOPSIG(status);
    if (signal != SIGTRAP) {
      ::ptrace(PTRACE_CONT, pid, nullptr, signal);
      continue;
    }
    if (!hide_vdso(pid)) impossible = "the vdso cannot be hidden";
    if (++execs < 2) {
      ::ptrace(PTRACE_CONT, pid, nullptr, 0);
    } else {
      ::ptrace(PTRACE_DETACH, pid, nullptr, 0);
    }
  }
}

}  // namespace

const std::string& why_clocks_cannot_be_shifted() {
  static const std::string why = [] {
    const TemporaryFolder folder;
    const ShiftedRun run = run_at_another_time(0, {"--help"}, folder / "log", {});
    if (!run.impossible.empty()) return run.impossible;
    return run.exit_code == 0 ? std::string() : std::string("a process with our clock fails");
  }();
  return why;
}

ShiftedRun run_at_another_time(long seconds, const std::vector<std::string>& arguments,
                               const std::string& output, const std::function<void()>& prepare) {
  ShiftedRun shifted;
  int tell[2], go[2];
  if (::pipe(tell) != 0 || ::pipe(go) != 0) {
    shifted.impossible = "no pipes";
    return shifted;
  }
  const pid_t pid = start(arguments, output, [&] {
    if (prepare) prepare();
    const int listener = hand_over_clock();
    const int reply = listener < 0 ? -errno : listener;
    char fetched = 0;
    if (::write(tell[1], &reply, sizeof reply) < 0 || ::read(go[0], &fetched, 1) < 0) ::_exit(126);
    if (listener < 0) ::_exit(126);
    for (int descriptor : {tell[0], tell[1], go[0], go[1], listener}) ::close(descriptor);
    if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(126);
  });
  int theirs = -1;
  if (::read(tell[0], &theirs, sizeof theirs) < 0) theirs = -errno;
  const int listener = theirs < 0 ? -1 : fetch_descriptor(pid, theirs);
  if (listener < 0) shifted.impossible = strerror(theirs < 0 ? -theirs : errno);
  if (::write(go[1], "", 1) < 0) shifted.impossible = strerror(errno);
  for (int descriptor : {tell[0], tell[1], go[0], go[1]}) ::close(descriptor);
  std::thread clock;
  if (listener >= 0) {
    clock = std::thread([&] { shifted.questions = answer(listener, seconds); });
  }
  shifted.exit_code = follow(pid, shifted.impossible);
  if (listener < 0) return shifted;
  clock.join();
  ::close(listener);
  return shifted;
}

}  // namespace onhook::testing_process
