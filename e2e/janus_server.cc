// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/janus_server.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <glib-unix.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <utility>

#include "e2e/failure.h"
#include "e2e/main_loop.h"
#include "harness/base/text_file.h"

namespace onhook::e2e {
namespace {

constexpr TimeNs kSecond = 1'000'000'000;
constexpr TimeNs kStart = 30 * kSecond;
constexpr std::size_t kRemembered = 2000;
/// The transport's thread leaves at once if it is faster than the flag that lets it stay, and the
/// server then ends, or stays without a transport: both seen with 1.4.1.
constexpr int kTries = 5;

// In the child, before it becomes the server. Only what is safe after a fork.
void before_exec(gpointer parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(STDOUT_FILENO, STDERR_FILENO);
  // The parent may have gone before the line above.
  if (::getppid() != static_cast<pid_t>(GPOINTER_TO_INT(parent))) ::_exit(127);
}

}  // namespace

JanusServer::JanusServer(ServerFiles files, std::function<void(std::string_view)> on_line,
                         Probe answers)
    : files_(std::move(files)), on_line_(std::move(on_line)), answers_(std::move(answers)) {
  std::string folder = std::string(g_get_tmp_dir()) + "/onhook-e2e.XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr)
    throw Failure("cannot make a folder in {}: {}", g_get_tmp_dir(), std::strerror(errno));
  folder_ = folder;
  if (!files_.log_file.empty())
    log_file_ = ::open(files_.log_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  try {
    configure();
    for (int tries = kTries; !running(); --tries) {
      if (tries == 0) throw Failure("the server ended while it started: {}", last_words());
      start();
    }
  } catch (...) {
    stop();
    throw;
  }
}

JanusServer::~JanusServer() { stop(); }

void JanusServer::configure() const {
  const auto write = [&](const char* name, const std::string& text) {
    if (const auto error = write_text_file(text, folder_ + "/" + name))
      throw Failure("{}", to_text(*error));
  };
  const std::string lib = files_.prefix + "/lib/janus/";
  write("janus.jcfg",
        fmt::format(
            "general: {{\n  configs_folder = \"{}\"\n  plugins_folder = \"{}plugins\"\n"
            "  transports_folder = \"{}transports\"\n  events_folder = \"{}events\"\n"
            "  loggers_folder = \"{}loggers\"\n  debug_level = 5\n"
            "  interface = \"127.0.0.1\"\n  debug_timestamps = false\n  debug_colors = false\n}}\n"
            "nat: {{\n  ice_enforce_list = \"127.0.0.1\"\n}}\n",
            folder_, lib, lib, lib, lib));
  write("janus.transport.pfunix.jcfg",
        fmt::format(
            "general: {{\n  enabled = true\n  path = \"{}\"\n  type = \"SOCK_SEQPACKET\"\n}}\n",
            socket_path()));
  write("janus.plugin.sip.jcfg",
        "general: {\n  local_ip = \"127.0.0.1\"\n  rtp_port_range = \"20000-40000\"\n}\n");
}

void JanusServer::start() {
  std::error_code ignored;
  std::filesystem::remove(socket_path(), ignored);  // of one before that was ended
  std::vector<std::string> command = files_.under;
  command.insert(command.end(),
                 {files_.prefix + "/bin/janus", "--config=" + folder_ + "/janus.jcfg",
                  "--configs-folder=" + folder_});
  std::vector<char*> arguments;
  for (std::string& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  gchar** environment =
      g_environ_setenv(g_get_environ(), "LD_PRELOAD", files_.preload.c_str(), TRUE);
  GError* error = nullptr;
  const gboolean started = g_spawn_async_with_pipes_and_fds(
      "/", arguments.data(), environment,
      static_cast<GSpawnFlags>(G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_SEARCH_PATH), before_exec,
      GINT_TO_POINTER(::getpid()), -1, -1, -1, nullptr, nullptr, 0, &pid_, nullptr, &output_,
      nullptr, &error);
  g_strfreev(environment);
  if (!started) {
    const std::string why = error->message;
    g_error_free(error);
    pid_ = 0;
    throw Failure("cannot start the server: {}", why);
  }
  ::fcntl(output_, F_SETFL, O_NONBLOCK);
  output_source_ = g_unix_fd_add(
      output_, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP),
      [](int, GIOCondition, gpointer data) -> gboolean {
        guarded([&] { static_cast<JanusServer*>(data)->read_log(); });
        return G_SOURCE_CONTINUE;
      },
      this);
  child_source_ = g_child_watch_add(
      pid_,
      [](GPid, gint status, gpointer data) {
        auto* server = static_cast<JanusServer*>(data);
        server->child_source_ = 0;
        server->pid_ = 0;
        server->read_log();
        if (server->ending_) return;
        fail_later(WIFSIGNALED(status)
                       ? fmt::format("the server died of signal {} ({}): {}", WTERMSIG(status),
                                     strsignal(WTERMSIG(status)), server->last_words())
                       : fmt::format("the server ended by itself: {}", server->last_words()));
      },
      this);
  ending_ = true;  // an end is no failure before it has begun
  const TimeNs give_up = now() + files_.patience;
  bool answered = false;
  const auto settled = [&] {
    return !running() || (answered = answers_(socket_path())) || now() >= give_up;
  };
  wait_until(settled, files_.patience + kStart, "the server to start");
  if (running() && !answered) {
    recent_ += "it did not answer; ";
    ::kill(pid_, SIGKILL);
    wait_until([this] { return !running(); }, kStart, "the server to end");
  }
  ending_ = false;
  if (!running()) release();
}

/// What is left of a server that has ended.
void JanusServer::release() {
  if (output_source_ != 0) g_source_remove(std::exchange(output_source_, 0));
  if (output_ >= 0) ::close(std::exchange(output_, -1));
}

void JanusServer::stop() {
  ending_ = true;
  if (child_source_ != 0) g_source_remove(child_source_);
  if (pid_ != 0) {
    ::kill(pid_, SIGTERM);
    const TimeNs give_up = now() + files_.grace;
    // Its output must not block it; nothing else of the main context runs any more.
    while (::waitpid(pid_, nullptr, WNOHANG) == 0) {
      read_log();
      ::usleep(10'000);
      if (now() >= give_up) {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        break;
      }
    }
    g_spawn_close_pid(pid_);
    pid_ = 0;
  }
  release();
  if (log_file_ >= 0) ::close(std::exchange(log_file_, -1));
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void JanusServer::read_log() {
  std::array<char, 16384> buffer{};
  for (ssize_t size = 0; (size = ::read(output_, buffer.data(), buffer.size())) > 0;) {
    if (log_file_ >= 0)
      std::ignore = ::write(log_file_, buffer.data(), static_cast<std::size_t>(size));
    log_.append(buffer.data(), static_cast<std::size_t>(size));
  }
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = log_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string_view line = std::string_view(log_).substr(begin, end - begin);
    if (!ending_) on_line_(line);
    if (!line.empty()) recent_.append(line).append("; ");
  }
  log_.erase(0, begin);
  if (recent_.size() > kRemembered) recent_.erase(0, recent_.size() - kRemembered);
}

std::string JanusServer::last_words() const {
  return recent_.empty() ? "it said nothing" : "its last words: " + recent_;
}

}  // namespace onhook::e2e
