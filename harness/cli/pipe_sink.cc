// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/pipe_sink.h"

#include <errno.h>
#include <unistd.h>

namespace onhook::cli {
namespace {
constexpr std::chrono::milliseconds kPeriod{100};
constexpr std::chrono::milliseconds kPositionPeriod{200};
}  // namespace

void PipeSink::on_progress(const Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (last_phase_ == progress.phase && now - last_sent_ < kPeriod) return;
  last_phase_ = progress.phase;
  last_sent_ = now;
  send(progress);
}

void PipeSink::on_violation(const Violation& violation, const std::string& schedule) {
  send(FoundViolation{violation, schedule});
}

bool PipeSink::wants_position() const {
  return std::chrono::steady_clock::now() - position_sent_ >= kPositionPeriod;
}

void PipeSink::on_position(const std::string& state) {
  send(Position{state});
  position_sent_ = std::chrono::steady_clock::now();
}

void PipeSink::send(const CellMessage& message) {
  const std::string bytes = to_wire(message);
  for (std::size_t written = 0; written < bytes.size();) {
    const ssize_t n = ::write(fd_, bytes.data() + written, bytes.size() - written);
    if (n < 0 && errno != EINTR) ::_exit(3);
    if (n > 0) written += static_cast<std::size_t>(n);
  }
}

}  // namespace onhook::cli
