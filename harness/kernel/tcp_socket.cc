// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/tcp_socket.h"

#include <algorithm>
#include <string>
#include <utility>

namespace onhook {
namespace {

constexpr int kSendFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
constexpr int kReceiveFlags =
    MSG_DONTWAIT | MSG_NOSIGNAL | MSG_PEEK | MSG_ERRQUEUE | MSG_CMSG_CLOEXEC;
constexpr std::size_t kLongestQueue = 4096;  // net.core.somaxconn
constexpr PollEvents kMaySend = POLLOUT | POLLWRNORM;
constexpr PollEvents kMayReceive = POLLIN | POLLRDNORM;

}  // namespace

TcpSocket::TcpSocket(SocketOptions options, int status_flags, TcpNetwork& network,
                     std::shared_ptr<TcpConnection> connection, TcpSide side)
    : Socket("tcp socket", status_flags, std::move(options), connection.get()),
      network_(network),
      connection_(std::move(connection)),
      side_(side),
      local_{IpAddress::any_v4(), 0} {
  connection_->attach(side_, *this);
}

TcpSocket::TcpSocket(SocketOptions options, int status_flags, TcpNetwork& network)
    : TcpSocket(std::move(options), status_flags, network, std::make_shared<TcpConnection>(network),
                TcpSide::client) {}

TcpSocket::TcpSocket(SocketOptions options, TcpNetwork& network,
                     std::shared_ptr<TcpConnection> connection, const NetAddress& local,
                     const NetAddress& peer)
    : TcpSocket(std::move(options), 0, network, std::move(connection), TcpSide::server) {
  state_ = State::connected;
  local_ = local;
  peer_ = peer;
  network_.add(*this);
}

TcpSocket::~TcpSocket() {
  stop_listening();
  network_.unbind(*this);
  if (state_ == State::connected) {
    // RFC 2525, section 2.17: what nobody has read must not look as if somebody had.
    if (!arrived_.empty()) {
      connection_->send_reset(side_);
    } else if (!writes_shut_) {
      connection_->send_end(side_);
    }
  }
  connection_->detach(side_);
}

// Names ------------------------------------------------------------------------------------------

SysResult TcpSocket::bind(const sockaddr* name, socklen_t length) {
  if (name == nullptr || length < sizeof(sa_family_t)) return -EINVAL;
  if (name->sa_family != AF_INET) return -EAFNOSUPPORT;
  const auto wanted = from_sockaddr(name, length);
  if (!wanted || local_.port != 0) return -EINVAL;
  if (wanted->ip.is_multicast()) network_.services().unmodelled("bind to " + wanted->to_text());
  return network_.bind(*this, *wanted);
}

SysResult TcpSocket::bind_if_needed(const IpAddress& ip) {
  return local_.port != 0 ? 0 : network_.bind(*this, {ip, 0});
}

SysResult TcpSocket::local_name(SocketName& name) const {
  name = to_socket_name(local_, AF_INET);
  return 0;
}

SysResult TcpSocket::peer_name(SocketName& name) const {
  if (state_ != State::connected) return -ENOTCONN;
  name = to_socket_name(*peer_, AF_INET);
  return 0;
}

// Listening --------------------------------------------------------------------------------------

SysResult TcpSocket::listen(int backlog) {
  if (state_ == State::connecting || state_ == State::connected || attempt_untold_) return -EINVAL;
  if (const SysResult error = bind_if_needed(local_.ip)) return error;
  if (!network_.may_listen(*this)) return -EADDRINUSE;
  backlog_ = backlog < 0 ? kLongestQueue : std::min<std::size_t>(backlog, kLongestQueue);
  state_ = State::listening;
  return 0;
}

void TcpSocket::queue(TcpConnection& connection, const NetAddress& local, const NetAddress& peer) {
  waiting_.push_back(
      std::make_shared<TcpSocket>(options(), network_, connection.shared_from_this(), local, peer));
  wake(POLLIN);
}

SysResult TcpSocket::accept(DescriptionPtr& accepted, int status_flags) {
  if (state_ != State::listening) return -EINVAL;
  if (waiting_.empty()) return -EAGAIN;
  waiting_.front()->set_status_flags(status_flags);
  accepted = std::move(waiting_.front());
  waiting_.pop_front();
  return 0;
}

void TcpSocket::stop_listening() {
  for (const auto& socket : std::exchange(waiting_, {})) socket->abort();
  if (state_ == State::listening) state_ = State::closed;
}

std::vector<ObjectId> TcpSocket::touched_by_closing() const {
  std::vector<ObjectId> objects;
  for (const auto& socket : waiting_) objects.push_back(socket->id());
  return objects;
}

// Connecting -------------------------------------------------------------------------------------

SysResult TcpSocket::connect(const sockaddr* name, socklen_t length) {
  if (name == nullptr || length < sizeof(sa_family_t)) return -EINVAL;
  if (name->sa_family == AF_UNSPEC) network_.services().unmodelled("TCP connect(AF_UNSPEC)");
  if (attempt_untold_) return go_on_connecting();
  if (state_ != State::closed || peer_) return -EISCONN;
  if (gave_up_) network_.services().unmodelled("TCP connect() after shutdown()");
  if (name->sa_family != AF_INET) return -EAFNOSUPPORT;
  auto to = from_sockaddr(name, length);
  if (!to) return -EINVAL;
  if (to->ip.is_any()) to->ip = IpAddress::v4(INADDR_LOOPBACK);
  if (to->ip.is_multicast() || to->ip == IpAddress::v4(INADDR_BROADCAST)) return -ENETUNREACH;
  return begin_to_connect(*to);
}

SysResult TcpSocket::begin_to_connect(const NetAddress& to) {
  const auto source = network_.interfaces().source_for(to.ip);
  if (!source) return -ENETUNREACH;
  network_.require_known(to);
  if (const SysResult error = bind_if_needed(*source)) return error;
  if (local_.ip.is_any()) local_.ip = *source;
  state_ = State::connecting;
  peer_ = to;
  attempt_untold_ = true;
  reads_shut_ = writes_shut_ = false;
  network_.carry(local_, to, {}, [connection = connection_, &network = network_, to] {
    network.establish(*connection, to);
  });
  return is_blocking() ? go_on_connecting() : -EINPROGRESS;
}

SysResult TcpSocket::go_on_connecting() {
  if (state_ == State::connecting) return is_blocking() ? -EAGAIN : -EALREADY;
  attempt_untold_ = false;
  if (state_ == State::connected) return 0;
  peer_.reset();
  const int error = take_error();
  return error != 0 ? -error : -ECONNABORTED;
}

void TcpSocket::established() {
  state_ = State::connected;
  wake(POLLOUT);
}

void TcpSocket::refused() { fail(ECONNREFUSED); }

/// What tcp_done() leaves: nothing goes either way, and somebody has to be told why.
void TcpSocket::fail(int error) {
  state_ = State::closed;
  pending_error_ = error;
  reads_shut_ = writes_shut_ = true;
  wake(POLLERR | POLLHUP);
}

void TcpSocket::abort() {
  if (state_ == State::connected) connection_->send_reset(side_);
  state_ = State::closed;
}

int TcpSocket::take_error() { return std::exchange(pending_error_, 0); }

// The stream -------------------------------------------------------------------------------------

std::size_t TcpSocket::room() const {
  const TcpSocket* other = connection_->end(other_side(side_));
  const TcpSocket& receiver = other != nullptr ? *other : *this;
  const auto most = static_cast<std::size_t>(options().integer(SOL_SOCKET, SO_SNDBUF) +
                                             receiver.options().integer(SOL_SOCKET, SO_RCVBUF));
  const std::size_t taken =
      connection_->under_way_bytes(side_) + (other != nullptr ? other->arrived_.size() : 0);
  return taken < most ? most - taken : 0;
}

SysResult TcpSocket::send(const Outgoing& message) {
  if ((message.flags & ~kSendFlags) != 0) {
    network_.services().unmodelled("send with flags " + std::to_string(message.flags));
  }
  if (message.to != nullptr) network_.services().unmodelled("a TCP send to an address");
  if (state_ == State::connecting) return -EAGAIN;
  if (state_ != State::connected || writes_shut_ || pending_error_ != 0) {
    const int error = take_error();
    return error != 0 ? -error : -EPIPE;
  }
  const std::size_t free = room();
  Bytes bytes = gather(message.buffers, free);
  if (bytes.empty()) return total_length(message.buffers) == 0 ? 0 : -EAGAIN;
  const auto sent = static_cast<SysResult>(bytes.size());
  connection_->send(side_, std::move(bytes));
  return sent;
}

SysResult TcpSocket::receive(Incoming& message) {
  if ((message.flags & ~kReceiveFlags) != 0) {
    network_.services().unmodelled("recv with flags " + std::to_string(message.flags));
  }
  if ((message.flags & MSG_ERRQUEUE) != 0 || state_ == State::connecting) return -EAGAIN;
  if (state_ == State::listening || (state_ == State::closed && !peer_)) return -ENOTCONN;
  if (total_length(message.buffers) == 0) return 0;
  if (!arrived_.empty()) {
    TcpSocket* const sender = connection_->end(other_side(side_));
    const bool was_full = sender != nullptr && sender->room() == 0;
    const std::size_t taken = scatter(arrived_, message.buffers);
    if ((message.flags & MSG_PEEK) != 0) return static_cast<SysResult>(taken);
    arrived_.erase(arrived_.begin(), arrived_.begin() + static_cast<std::ptrdiff_t>(taken));
    if (was_full) sender->wake(POLLOUT);
    return static_cast<SysResult>(taken);
  }
  if (ended_) return 0;
  if (const int error = take_error()) return -error;
  return reads_shut_ ? 0 : -EAGAIN;
}

void TcpSocket::data_arrives(const Bytes& bytes) {
  if (state_ != State::connected) return;
  if (reads_shut_ && writes_shut_) {
    // RFC 1122, section 4.2.2.13: who has closed both ways resets what sends it more.
    connection_->send_reset(side_);
    return fail(ECONNRESET);
  }
  arrived_.insert(arrived_.end(), bytes.begin(), bytes.end());
  wake(POLLIN);
}

void TcpSocket::end_arrives() {
  if (state_ != State::connected) return;
  ended_ = true;
  wake(writes_shut_ ? POLLIN | POLLHUP : POLLIN | POLLRDHUP);
}

void TcpSocket::reset_arrives() {
  if (state_ == State::connected) fail(ended_ ? EPIPE : ECONNRESET);
}

SysResult TcpSocket::shutdown(int how) {
  if (how < SHUT_RD || how > SHUT_RDWR) return -EINVAL;
  if (state_ == State::listening) {
    if (how != SHUT_WR) stop_listening();
    wake(POLLHUP);
    return 0;
  }
  if (state_ == State::connecting) {
    state_ = State::closed;
    peer_.reset();
    attempt_untold_ = false;
    gave_up_ = true;
    wake(POLLHUP);
    return 0;
  }
  if (how != SHUT_RD && state_ == State::connected && !writes_shut_) connection_->send_end(side_);
  if (how != SHUT_WR) reads_shut_ = true;
  if (how != SHUT_RD) writes_shut_ = true;
  wake(POLLHUP);
  return state_ == State::closed ? -ENOTCONN : 0;
}

PollEvents TcpSocket::readiness() const {
  if (state_ == State::listening) return waiting_.empty() ? PollEvents{0} : kMayReceive;
  const bool no_more = reads_shut_ || ended_;
  PollEvents events = 0;
  if (state_ == State::closed || (no_more && writes_shut_)) events |= POLLHUP;
  if (no_more) events |= kMayReceive | POLLRDHUP;
  if (!arrived_.empty()) events |= kMayReceive;
  if (state_ != State::connecting && (writes_shut_ || room() > 0)) events |= kMaySend;
  if (pending_error_ != 0) events |= POLLERR;
  return events;
}

SysResult TcpSocket::readable_bytes() const {
  return is_listening() ? -EINVAL : static_cast<SysResult>(arrived_.size());
}

}  // namespace onhook
