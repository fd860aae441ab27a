// SPDX-License-Identifier: GPL-3.0-or-later
// eventfd(2): GLib wakes its main contexts with it.
#pragma once

#include "harness/kernel/description.h"

namespace onhook {

class EventCounter final : public Description {
 public:
  enum class Mode : std::uint8_t { whole, semaphore };

  EventCounter(std::uint64_t initial, Mode mode, int flags);

  PollEvents readiness() const override;
  SysResult read(std::span<const iovec> buffers) override;
  SysResult write(std::span<const iovec> buffers) override;

 private:
  std::uint64_t count_;
  Mode mode_;
};

}  // namespace onhook
