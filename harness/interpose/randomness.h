// SPDX-License-Identifier: GPL-3.0-or-later
// The world's one random generator.
#pragma once

#include <cstdint>

namespace onhook {

/// Makes the generator in the world's memory. Once, before the first thread.
void seed_randomness(std::uint64_t seed);
std::uint64_t world_random();

}  // namespace onhook
