// SPDX-License-Identifier: GPL-3.0-or-later
// The world's one random generator, in the world's memory.
#pragma once

#include "harness/base/prng.h"

namespace onhook {

/// Makes the generator. Once, in a WorldHeapScope, before the first thread.
void seed_randomness(std::uint64_t seed);
Prng& world_prng();

}  // namespace onhook
