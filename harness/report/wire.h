// SPDX-License-Identifier: GPL-3.0-or-later
// What a cell's process tells the campaign, as length-prefixed CBOR (RFC 8949): four bytes, little
// endian, then so many bytes of message. CBOR because log lines need not be UTF-8 and must arrive
// byte for byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "harness/report/progress.h"
#include "harness/report/verdict.h"

namespace onhook {

/// A law broke for the first time; the cell goes on.
struct FoundViolation {
  Violation violation;
  std::string schedule;
};

/// Where the cell stands (harness/explore/checkpoint.h): bytes that only another process of the
/// same cell understands.
struct Position {
  std::string state;
};

/// The last message of a cell is its RunResult.
using CellMessage = std::variant<Progress, FoundViolation, Position, RunResult>;

/// The message with its length in front.
std::string to_wire(const CellMessage& message);

/// Collects what read() yields and hands out whole messages.
class WireReader {
 public:
  void append(std::string_view bytes) { buffer_.append(bytes); }
  /// The next whole message; nullopt when more bytes are needed, or for ever once broken().
  std::optional<CellMessage> next();
  /// A message could not be understood (a process that died while writing over its own memory).
  bool broken() const { return broken_; }

 private:
  std::string buffer_;
  bool broken_ = false;
};

}  // namespace onhook
