// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/janus_link.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "e2e/failure.h"
#include "e2e/main_loop.h"

namespace onhook::e2e {
namespace {

constexpr std::size_t kLongestMessage = 256 * 1024;
constexpr int kAnswerMs = 200;

}  // namespace

/// -1 with errno when it cannot be reached.
int JanusLink::connect(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof address.sun_path)
    throw Failure("{}: too long for the path of a socket", socket_path);
  std::memcpy(address.sun_path, socket_path.data(), socket_path.size());
  const int made = ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (::connect(made, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return made;
  const int error = errno;
  ::close(made);
  errno = error;
  return -1;
}

bool JanusLink::answers(const std::string& socket_path) {
  const int probe = connect(socket_path);
  if (probe < 0) return false;
  static constexpr std::string_view kPing = R"({"janus":"ping","transaction":"ping"})";
  pollfd readable{probe, POLLIN, 0};
  char answer = 0;
  const bool answered = ::send(probe, kPing.data(), kPing.size(), MSG_NOSIGNAL) > 0 &&
                        ::poll(&readable, 1, kAnswerMs) == 1 && ::recv(probe, &answer, 1, 0) > 0;
  ::close(probe);
  return answered;
}

JanusLink::JanusLink(const std::string& socket_path, Handler handler)
    : handler_(std::move(handler)), socket_(connect(socket_path)) {
  if (socket_ < 0)
    throw Failure("cannot reach the server at {}: {}", socket_path, std::strerror(errno));
  ::fcntl(socket_, F_SETFL, O_NONBLOCK);
  source_ = g_unix_fd_add(
      socket_, static_cast<GIOCondition>(G_IO_IN | G_IO_HUP),
      [](int, GIOCondition, gpointer data) -> gboolean {
        guarded([&] { static_cast<JanusLink*>(data)->receive(); });
        return G_SOURCE_CONTINUE;
      },
      this);
}

JanusLink::~JanusLink() {
  if (source_ != 0) g_source_remove(source_);
  ::close(socket_);
}

void JanusLink::send(const Json& message) {
  char* text = json_dumps(message.get(), JSON_COMPACT);
  const ssize_t sent = ::send(socket_, text, std::strlen(text), MSG_NOSIGNAL);
  std::free(text);
  if (sent < 0) throw Failure("the server takes no message: {}", std::strerror(errno));
}

void JanusLink::receive() {
  static std::vector<char> buffer(kLongestMessage);
  const ssize_t size = ::recv(socket_, buffer.data(), buffer.size(), 0);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) {
    g_source_remove(std::exchange(source_, 0));
    throw Failure("the server has closed the connection to the client");
  }
  const Json message(json_loadb(buffer.data(), static_cast<std::size_t>(size), 0, nullptr));
  if (!message) throw Failure("the server sent what is no JSON");
  handler_(message.get());
}

}  // namespace onhook::e2e
