// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/randomness.h"

#include "harness/base/check.h"
#include "harness/sched/scheduler.h"

namespace onhook {
namespace {
Prng* g_prng = nullptr;
}

void seed_randomness(std::uint64_t seed) {
  ONHOOK_CHECK(g_inside_world, "the generator belongs to the world's memory");
  g_prng = new Prng(seed);
}

Prng& world_prng() {
  ONHOOK_CHECK(g_prng != nullptr, "a world without randomness");
  return *g_prng;
}

}  // namespace onhook
