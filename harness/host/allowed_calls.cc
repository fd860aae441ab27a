// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/allowed_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <memory>

namespace onhook {
namespace {

/// Files that are open or that Landlock lets one open, the process's own memory, signals to itself,
/// clocks, and what the C library asks on its own behalf.
constexpr const char* kFew[] = {
    "read", "write", "readv", "writev", "pread64", "pwrite64", "preadv", "pwritev", "open",
    "openat", "close", "close_range", "lseek", "stat", "fstat", "lstat", "newfstatat", "statx",
    "statfs", "fstatfs", "access", "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd",
    "getdents64", "dup", "dup2", "dup3", "pipe", "pipe2", "mkdir", "mkdirat", "rename", "renameat",
    "renameat2", "unlink", "unlinkat", "ftruncate", "fsync", "fdatasync", "flock", "umask",
    "fadvise64", "poll", "ppoll", "select", "pselect6",
    // Memory
    "brk", "mmap", "munmap", "mprotect", "mremap", "madvise", "mincore", "msync", "membarrier",
    // Signals to itself
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigsuspend",
    "rt_sigtimedwait", "sigaltstack", "pause", "alarm", "setitimer", "getitimer",
    // Clocks
    "clock_gettime", "clock_getres", "clock_nanosleep", "gettimeofday", "time", "nanosleep",
    "times",
    // Itself
    "getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getpgrp", "getrlimit",
    "getrusage", "getrandom", "getcpu", "sched_yield", "sched_getaffinity", "uname", "sysinfo",
    "futex", "set_tid_address", "set_robust_list", "get_robust_list", "rseq", "arch_prctl",
    "restart_syscall", "exit", "exit_group"};

constexpr const char* kOutside[] = {
    // The network, and other processes' ends of it
    "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg",
    "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "setsockopt", "getsockopt", "shutdown",
    // Ways round this list
    "io_uring_setup", "io_uring_enter", "io_uring_register", "ptrace", "process_vm_readv",
    "process_vm_writev", "process_madvise", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "bpf",
    "perf_event_open", "userfaultfd", "fanotify_init", "fanotify_mark", "name_to_handle_at",
    "open_by_handle_at", "kcmp",
    // Other namespaces and mounts
    "unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "open_tree", "move_mount",
    "fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr",
    // What outlives the process and is no file
    "shmget", "shmat", "shmctl", "msgget", "msgsnd", "msgctl", "semget", "semop", "semctl",
    "mq_open", "mq_unlink", "add_key", "request_key", "keyctl",
    // The machine's settings
    "reboot", "kexec_load", "kexec_file_load", "init_module", "finit_module", "delete_module",
    "swapon", "swapoff", "acct", "quotactl", "quotactl_fd", "settimeofday", "clock_settime",
    "adjtimex", "clock_adjtime", "sethostname", "setdomainname", "iopl", "ioperm", "syslog",
    "vhangup", "mknod", "mknodat", "lookup_dcookie", "nfsservctl", "setpriority", "ioprio_set"};

/// A filter under construction; the first thing that fails is kept.
class Filter {
 public:
  explicit Filter(std::uint32_t otherwise)
      : context_(::seccomp_init(otherwise), ::seccomp_release) {
    if (context_ == nullptr) error_ = "seccomp_init fails";
    set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  }

  void set(scmp_filter_attr attribute, std::uint32_t value) {
    if (error_.empty()) note(::seccomp_attr_set(context_.get(), attribute, value), "an attribute");
  }
  /// A call that this machine's architecture does not have needs no rule.
  template <typename... Conditions>
  void add(std::uint32_t action, const char* name, Conditions... conditions) {
    const int call = ::seccomp_syscall_resolve_name(name);
    if (!error_.empty() || call < 0) return;
    note(::seccomp_rule_add(context_.get(), action, call, sizeof...(conditions), conditions...),
         name);
  }
  std::string load() {
    if (error_.empty()) note(::seccomp_load(context_.get()), "loading the filter");
    return error_;
  }

 private:
  void note(int result, const char* what) {
    if (result < 0) error_ = fmt::format("seccomp: {}: {}", what, strerror(-result));
  }

  std::unique_ptr<void, decltype(&::seccomp_release)> context_;
  std::string error_;
};

scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}
scmp_arg_cmp has_bits(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

/// Truncating a file that is opened for reading needs no right that an old Landlock could withhold.
void refuse_reading_truncation(Filter& filter) {
  constexpr std::uint64_t mask = O_ACCMODE | O_TRUNC;
  filter.add(SCMP_ACT_ERRNO(EACCES), "open", has_bits(1, mask, O_RDONLY | O_TRUNC));
  filter.add(SCMP_ACT_ERRNO(EACCES), "openat", has_bits(2, mask, O_RDONLY | O_TRUNC));
  filter.add(SCMP_ACT_ERRNO(ENOSYS), "openat2");
  filter.add(SCMP_ACT_ERRNO(EACCES), "truncate");
}

}  // namespace

std::string allow_few_calls(bool truncation_is_confined) {
  Filter filter(SCMP_ACT_ERRNO(EPERM));
  for (const char* name : kFew) {
    const std::string_view call = name;
    const bool opens = call == "open" || call == "openat";
    if (!opens || truncation_is_confined) filter.add(SCMP_ACT_ALLOW, name);
  }
  if (!truncation_is_confined) {
    for (const std::uint64_t mode : {O_RDONLY, O_WRONLY, O_RDWR}) {
      const std::uint64_t mask = mode == O_RDONLY ? O_ACCMODE | O_TRUNC : O_ACCMODE;
      filter.add(SCMP_ACT_ALLOW, "open", has_bits(1, mask, mode));
      filter.add(SCMP_ACT_ALLOW, "openat", has_bits(2, mask, mode));
    }
  }
  const auto self = static_cast<std::uint64_t>(::getpid());
  filter.add(SCMP_ACT_ALLOW, "kill", equals(0, self));
  filter.add(SCMP_ACT_ALLOW, "tgkill", equals(0, self));
  filter.add(SCMP_ACT_ALLOW, "tkill", equals(0, self));
  // Is it a terminal? How much is there to read?
  for (const std::uint64_t question : {TCGETS, TIOCGWINSZ, FIONREAD}) {
    filter.add(SCMP_ACT_ALLOW, "ioctl", equals(1, question));
  }
  // Not F_SETOWN and F_NOTIFY, which send signals.
  for (const std::uint64_t command :
       {F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW}) {
    filter.add(SCMP_ACT_ALLOW, "fcntl", equals(1, command));
  }
  filter.add(SCMP_ACT_ALLOW, "prlimit64", equals(0, 0), equals(2, 0));
  return filter.load();
}

std::string refuse_calls_to_the_outside(bool truncation_is_confined) {
  Filter filter(SCMP_ACT_ALLOW);
  for (const char* name : kOutside) filter.add(SCMP_ACT_ERRNO(EPERM), name);
  for (const std::uint64_t pushes : {TIOCSTI, TIOCLINUX}) {
    filter.add(SCMP_ACT_ERRNO(EPERM), "ioctl", equals(1, pushes));
  }
  if (!truncation_is_confined) refuse_reading_truncation(filter);
  return filter.load();
}

}  // namespace onhook
