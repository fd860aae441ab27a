// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/verdict.h"

#include "harness/base/check.h"

namespace onhook {

int exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return 0;
    case Verdict::violated:
      return 1;
    case Verdict::harness_fault:
      return 3;
    case Verdict::vacuous:
    case Verdict::infeasible:
      return 4;
  }
  ONHOOK_CHECK(false, "a verdict out of range");
}

const char* to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::violated:
      return "violated";
    case Verdict::vacuous:
      return "vacuous";
    case Verdict::infeasible:
      return "infeasible";
    case Verdict::harness_fault:
      return "harness_fault";
  }
  ONHOOK_CHECK(false, "a verdict out of range");
}

const char* to_string(OrderOutcome outcome) {
  switch (outcome) {
    case OrderOutcome::holds:
      return "holds";
    case OrderOutcome::violated:
      return "violated";
    case OrderOutcome::infeasible:
      return "infeasible";
    case OrderOutcome::not_reached:
      return "not_reached";
  }
  ONHOOK_CHECK(false, "an outcome out of range");
}

}  // namespace onhook
