// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/thread_label.h"

#include "harness/host/world.h"

namespace onhook {
namespace {

ThreadLabel* g_label = nullptr;

[[maybe_unused]] const bool g_registered = [] {
  register_world_part([] { g_label = new ThreadLabel; });
  return true;
}();

}  // namespace

ThreadLabel& next_thread_label() { return *g_label; }

}  // namespace onhook
