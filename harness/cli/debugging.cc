// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/debugging.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "harness/cli/rr_ability.h"

namespace onhook::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kGdbFolder = ONHOOK_SOURCE_DIR "/harness/cli/gdb";

std::string this_executable() {
  std::error_code failed;
  return fs::read_symlink("/proc/self/exe", failed).string();
}

int become(const std::vector<std::string>& command, Console& console) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  console.out.flush();
  ::execvp(argv[0], argv.data());
  const int error = errno;
  const std::string why = error == ENOENT
                              ? fmt::format("it is not installed (Debian's package {})", command[0])
                              : std::strerror(error);
  return usage_error(console, fmt::format("cannot start {}: {}", command[0], why));
}

}  // namespace

std::vector<std::string> gdb_command(const GdbRequest& request, const std::string& gdb_folder,
                                     const std::string& executable, const std::string& schedule) {
  std::vector<std::string> command = {"gdb", "-q"};
  // What a script gets must not depend on its user's ~/.gdbinit.
  if (!request.commands.empty()) command.insert(command.end(), {"-nx", "-batch"});
  command.insert(command.end(), {"-x", gdb_folder + "/onhook_gdb.py", "-ex",
                                 fmt::format("onhook start {} {}", request.at, request.back)});
  for (const std::string& text : request.commands) command.insert(command.end(), {"-ex", text});
  command.insert(command.end(), {"--args", executable, "replay", schedule, "--debuggee"});
  return command;
}

int become_gdb(const GdbRequest& request, const std::string& schedule, Console& console) {
  if (!fs::exists(fs::path(kGdbFolder) / "onhook_gdb.py")) {
    return usage_error(
        console, fmt::format("{}/onhook_gdb.py is gone: gdb would not know a step", kGdbFolder));
  }
  return become(gdb_command(request, kGdbFolder, this_executable(), schedule), console);
}

int become_rr(const std::string& schedule, Console& console) {
  if (const std::string why = why_rr_cannot_record(); !why.empty()) {
    return usage_error(console, "rr cannot record here: " + why);
  }
  console.out << "when it is recorded: rr replay\n";
  return become({"rr", "record", this_executable(), "replay", schedule, "--here"}, console);
}

int become_onhook_tsan(const std::string& schedule, Console& console) {
  const std::string executable = this_executable() + "-tsan";
  if (!fs::exists(executable)) {
    return usage_error(console, fmt::format("{} is not built", executable));
  }
  return become({executable, schedule, "--compare"}, console);
}

}  // namespace onhook::cli
