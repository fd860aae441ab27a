// SPDX-License-Identifier: GPL-3.0-or-later
// What lies between the two ends of a TCP connection: segments under way, in order, each way.
//
// Nothing is lost, doubled or overtaken: a segment that is late keeps those behind it waiting, as
// one that has to be sent again does. Ends and resets travel in the same order. What arrives where
// the program has closed its end is answered with a reset (RFC 9293, section 3.10.7.1).
#pragma once

#include <array>
#include <deque>
#include <memory>

#include "harness/kernel/io_vector.h"
#include "harness/kernel/net_address.h"

namespace onhook {

class TcpNetwork;
class TcpSocket;

enum class TcpSide : std::uint8_t { client, server };

inline TcpSide other_side(TcpSide side) {
  return side == TcpSide::client ? TcpSide::server : TcpSide::client;
}

class TcpConnection : public std::enable_shared_from_this<TcpConnection> {
 public:
  explicit TcpConnection(TcpNetwork& network) : network_(network) {}
  TcpConnection(const TcpConnection&) = delete;
  TcpConnection& operator=(const TcpConnection&) = delete;

  /// Null: nobody yet, or not any more.
  TcpSocket* end(TcpSide side) const { return ends_[index(side)]; }
  void attach(TcpSide side, TcpSocket& socket) { ends_[index(side)] = &socket; }
  void detach(TcpSide side) { ends_[index(side)] = nullptr; }

  /// One segment of data; whoever intercepts may have it arrive later.
  void send(TcpSide from, Bytes bytes);
  void send_end(TcpSide from) { post(from, {Kind::end, {}, true}); }
  void send_reset(TcpSide from) { post(from, {Kind::reset, {}, true}); }
  /// Bytes from `from` that have not arrived.
  std::size_t under_way_bytes(TcpSide from) const;

 private:
  enum class Kind : std::uint8_t { data, end, reset };
  struct Segment {
    Kind kind;
    Bytes bytes;
    bool arrived;
  };
  static std::size_t index(TcpSide side) { return side == TcpSide::client ? 0 : 1; }
  void post(TcpSide from, Segment segment);
  /// Hands over what has arrived and has nothing late before it.
  void hand_over(TcpSide from);

  TcpNetwork& network_;
  std::array<TcpSocket*, 2> ends_{};
  std::array<std::deque<std::shared_ptr<Segment>>, 2> under_way_;  ///< by sender
};

}  // namespace onhook
