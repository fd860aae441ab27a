// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/interpose/unmodelled.h"

#include <string>

#include "harness/base/check.h"
#include "harness/interpose/real.h"

ONHOOK_EXPORT void onhook_unmodelled(const char* name) {
  using namespace onhook;
  if (Scheduler* scheduler = current_scheduler()) {
    scheduler->end_from_inside(End::unmodelled, name);
  }
  check_failed("modelled", __FILE__, __LINE__, std::string("a call that is not modelled: ") + name);
}
