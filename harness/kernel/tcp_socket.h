// SPDX-License-Identifier: GPL-3.0-or-later
// A TCP socket over IPv4 as Linux has it (tcp(7), RFC 9293): one that listens, or one end of a
// connection.
//
// The handshake needs nobody's help: a connection is up before it is accepted. A connect() that may
// not wait answers EINPROGRESS even if it is up by then, as Linux does, whose answer waits until
// the call is over. An end with bytes that nobody has read is closed by a reset. What was received
// before a reset can still be read, then the error is told once, then comes the end.
//
// Out of this model, by name: urgent data, MSG_WAITALL, connect(AF_UNSPEC), destinations in send(),
// and connecting again what was shut down on the way.
// SIGPIPE is taken to be ignored, as Janus's main() has it.
#pragma once

#include <deque>
#include <memory>
#include <optional>

#include "harness/kernel/socket.h"
#include "harness/kernel/tcp_connection.h"
#include "harness/kernel/tcp_network.h"

namespace onhook {

class TcpSocket final : public Socket {
 public:
  /// One that is nobody's yet.
  TcpSocket(SocketOptions options, int status_flags, TcpNetwork& network);
  /// The server's end of a connection that is up.
  TcpSocket(SocketOptions options, TcpNetwork& network, std::shared_ptr<TcpConnection> connection,
            const NetAddress& local, const NetAddress& peer);
  ~TcpSocket() override;

  SysResult bind(const sockaddr* name, socklen_t length) override;
  SysResult listen(int backlog) override;
  SysResult accept(DescriptionPtr& accepted, int status_flags) override;
  /// Besides what Linux answers, -EAGAIN where a blocking one has to wait.
  SysResult connect(const sockaddr* name, socklen_t length) override;
  SysResult local_name(SocketName& name) const override;
  SysResult peer_name(SocketName& name) const override;
  SysResult send(const Outgoing& message) override;
  SysResult receive(Incoming& message) override;
  SysResult shutdown(int how) override;
  int take_error() override;
  PollEvents readiness() const override;
  SysResult readable_bytes() const override;

  const NetAddress& local() const { return local_; }
  const std::optional<NetAddress>& peer() const { return peer_; }
  bool is_listening() const { return state_ == State::listening; }
  bool is_connecting() const { return state_ == State::connecting; }
  /// What closing it touches: of a listener, all that wait to be accepted.
  std::vector<ObjectId> touched_by_closing() const;

  // For TcpNetwork and TcpConnection -------------------------------------------------------------

  void set_local(const NetAddress& address) { local_ = address; }
  bool has_room() const { return waiting_.size() <= backlog_; }
  void queue(TcpConnection& connection, const NetAddress& local, const NetAddress& peer);
  void established();
  void refused();
  void data_arrives(const Bytes& bytes);
  void end_arrives();
  void reset_arrives();

 private:
  enum class State : std::uint8_t { closed, listening, connecting, connected };
  TcpSocket(SocketOptions options, int status_flags, TcpNetwork& network,
            std::shared_ptr<TcpConnection> connection, TcpSide side);
  SysResult begin_to_connect(const NetAddress& to);
  SysResult go_on_connecting();
  SysResult bind_if_needed(const IpAddress& ip);
  void stop_listening();
  void abort();
  void fail(int error);
  /// Bytes that may still be sent before the other end reads some.
  std::size_t room() const;

  TcpNetwork& network_;
  std::shared_ptr<TcpConnection> connection_;
  TcpSide side_;
  State state_ = State::closed;
  NetAddress local_;  ///< port 0: not bound
  std::optional<NetAddress> peer_;
  bool attempt_untold_ = false;  ///< connect() has not said yet what became of it
  bool gave_up_ = false;         ///< shut down before it was connected
  std::deque<std::shared_ptr<TcpSocket>> waiting_;  ///< to be accepted
  std::size_t backlog_ = 0;
  Bytes arrived_;
  bool ended_ = false;  ///< the other end sends no more
  bool reads_shut_ = false;
  bool writes_shut_ = false;
  int pending_error_ = 0;
};

}  // namespace onhook
