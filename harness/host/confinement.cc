// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/confinement.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>

#include "harness/host/allowed_calls.h"

namespace onhook {
namespace {

/// Of later kernels than the headers of Debian 12 know. Unknown bytes that are 0 are accepted.
struct Ruleset {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;
  std::uint64_t scoped = 0;
};
constexpr std::uint64_t kTruncate = std::uint64_t{1} << 14;     // since 6.2 (ABI 3)
constexpr std::uint64_t kIoctlDevice = std::uint64_t{1} << 15;  // since 6.10 (ABI 5)
constexpr std::uint64_t kScopes = 3;  // abstract sockets and signals, since 6.12 (ABI 6)

constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kExecute = LANDLOCK_ACCESS_FS_EXECUTE;
constexpr std::uint64_t kWriteFile = LANDLOCK_ACCESS_FS_WRITE_FILE | kTruncate;
constexpr std::uint64_t kMake = LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                                LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                                LANDLOCK_ACCESS_FS_MAKE_SYM | LANDLOCK_ACCESS_FS_REFER;
constexpr std::uint64_t kMakeOdd = LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_SOCK |
                                   LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK;
/// Those that also make sense for what is no folder.
constexpr std::uint64_t kOfFiles =
    kWriteFile | LANDLOCK_ACCESS_FS_READ_FILE | kExecute | kIoctlDevice;

std::string failed(std::string_view what) { return fmt::format("{}: {}", what, strerror(errno)); }

int landlock_version() {
  return static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION));
}

/// All that this kernel can withhold.
std::uint64_t known_to(int version) {
  std::uint64_t known = kRead | kExecute | kWriteFile | kMake | kMakeOdd | kIoctlDevice;
  if (version < 2) known &= ~std::uint64_t{LANDLOCK_ACCESS_FS_REFER};
  if (version < 3) known &= ~kTruncate;
  if (version < 5) known &= ~kIoctlDevice;
  return known;
}

/// A place that is not there is no place to be let in.
bool allow(int ruleset, const std::string& path, std::uint64_t access) {
  const int at = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (at < 0) return true;
  struct stat what {};
  if (::fstat(at, &what) == 0 && !S_ISDIR(what.st_mode)) access &= kOfFiles;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = access;
  rule.parent_fd = at;
  const bool added =
      ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
  ::close(at);
  return added;
}

std::string confine_files(const Confinement& wanted) {
  const int version = landlock_version();
  if (version < 1) return why_no_confinement();
  const std::uint64_t known = known_to(version);
  const bool reads_all = wanted.readable.empty();
  const bool executes = wanted.processes == Confinement::Processes::any;
  const std::uint64_t reading = (kRead | (executes ? kExecute : 0)) & known;
  Ruleset rules;
  rules.handled_access_fs = reads_all ? known & ~(kRead | kExecute) : known;
  if (version >= 6) rules.scoped = kScopes;
  const int ruleset =
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0));
  if (ruleset < 0) return failed("landlock_create_ruleset");
  bool added = true;
  const std::uint64_t writing = (kRead | kWriteFile | kMake) & rules.handled_access_fs;
  for (const std::string& path : wanted.writable) added = added && allow(ruleset, path, writing);
  for (const std::string& path : wanted.readable) added = added && allow(ruleset, path, reading);
  added = added && allow(ruleset, "/dev/null", writing);
  std::string error = added ? "" : failed("landlock_add_rule");
  if (error.empty() && ::syscall(SYS_landlock_restrict_self, ruleset, 0) != 0) {
    error = failed("landlock_restrict_self");
  }
  ::close(ruleset);
  return error;
}

bool limit(decltype(RLIMIT_CPU) resource, std::uint64_t most) {
  rlimit now{};
  if (::getrlimit(resource, &now) != 0) return false;
  now.rlim_max = std::min<rlim_t>(now.rlim_max, most);
  now.rlim_cur = std::min<rlim_t>(now.rlim_cur, now.rlim_max);
  return ::setrlimit(resource, &now) == 0;
}

// AddressSanitizer's shadow is larger than any limit that is one.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kCanLimitAddresses = false;
#else
constexpr bool kCanLimitAddresses = true;
#endif

std::string confine_resources(const Confinement& wanted) {
  const bool addresses = kCanLimitAddresses && wanted.address_bytes > 0;
  const bool set = limit(RLIMIT_CPU, wanted.cpu_seconds) && limit(RLIMIT_CORE, 0) &&
                   limit(RLIMIT_FSIZE, wanted.file_bytes) && limit(RLIMIT_NOFILE, 1024) &&
                   (!addresses || limit(RLIMIT_AS, wanted.address_bytes));
  if (!set) return failed("setrlimit");
  const int score = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (score >= 0) {
    // Where /proc is not to be written the killer chooses by size, as it does without us.
    [[maybe_unused]] const ssize_t written = ::write(score, "1000", 4);
    ::close(score);
  }
  return "";
}

/// Root keeps its name and what it owns, but no power over the rest.
std::string drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  return ::syscall(SYS_capset, &header, none.data()) == 0 ? "" : failed("capset");
}

}  // namespace

std::string why_no_confinement() {
  if (landlock_version() >= 1) return "";
  return "this kernel has no Landlock (Linux has it from 5.13 on, where the boot parameter lsm= "
         "names it)";
}

std::vector<std::string> system_files() {
  return {"/usr",  "/lib",      "/lib64",       "/bin",        "/etc",
          "/proc", "/dev/zero", "/dev/urandom", "/dev/random", "/sys/devices/system/cpu"};
}

std::string confine(const Confinement& wanted) {
  std::string error = confine_resources(wanted);
  if (error.empty() && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    error = failed("PR_SET_NO_NEW_PRIVS");
  }
  if (error.empty()) error = confine_files(wanted);
  const bool alone = wanted.processes == Confinement::Processes::none;
  if (error.empty() && alone) error = drop_capabilities();
  if (error.empty()) {
    const bool truncate = landlock_version() >= 3;
    error = alone ? allow_few_calls(truncate) : refuse_calls_to_the_outside(truncate);
  }
  return error;
}

}  // namespace onhook
