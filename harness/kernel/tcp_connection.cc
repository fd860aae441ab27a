// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/tcp_connection.h"

#include <utility>

#include "harness/kernel/tcp_network.h"
#include "harness/kernel/tcp_socket.h"

namespace onhook {

void TcpConnection::send(TcpSide from, Bytes bytes) {
  const auto segment = std::make_shared<Segment>(Segment{Kind::data, std::move(bytes), false});
  under_way_[index(from)].push_back(segment);
  const TcpSocket& sender = *end(from);
  const auto self = shared_from_this();
  network_.carry(sender.local(), *sender.peer(), segment->bytes, [self, from, segment] {
    segment->arrived = true;
    self->hand_over(from);
  });
}

void TcpConnection::post(TcpSide from, Segment segment) {
  under_way_[index(from)].push_back(std::make_shared<Segment>(std::move(segment)));
  hand_over(from);
}

void TcpConnection::hand_over(TcpSide from) {
  const TcpSide to = other_side(from);
  auto& queue = under_way_[index(from)];
  while (!queue.empty() && queue.front()->arrived) {
    const std::shared_ptr<Segment> segment = std::move(queue.front());
    queue.pop_front();
    TcpSocket* const receiver = end(to);
    if (receiver == nullptr) {
      if (segment->kind == Kind::data && end(from) != nullptr) send_reset(to);
    } else if (segment->kind == Kind::data) {
      receiver->data_arrives(segment->bytes);
    } else if (segment->kind == Kind::end) {
      receiver->end_arrives();
    } else {
      receiver->reset_arrives();
    }
  }
}

std::size_t TcpConnection::under_way_bytes(TcpSide from) const {
  std::size_t sum = 0;
  for (const auto& segment : under_way_[index(from)]) sum += segment->bytes.size();
  return sum;
}

}  // namespace onhook
