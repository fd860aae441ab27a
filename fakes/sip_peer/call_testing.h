// SPDX-License-Identifier: GPL-3.0-or-later
// For the unit tests of calls: many thread orders, and what a SIP peer is told to do.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "fakes/sip_peer/toy_app.h"

namespace onhook::fakes::testing {

inline Reaction on(std::string trigger, std::string verb, std::string object, Window window = {},
                   std::map<std::string, std::string> attributes = {}) {
  return {"bob",           std::move(trigger), window,
          std::move(verb), std::move(object),  std::move(attributes)};
}

/// Each test once for each of some orders.
class InManyOrders : public ::testing::TestWithParam<int> {
 protected:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(GetParam()); }
};
inline const auto kOrders = ::testing::Range(1, 13);

}  // namespace onhook::fakes::testing
