// SPDX-License-Identifier: GPL-3.0-or-later
// The results of a campaign as JUnit XML, the form in which CI servers show tests (the schema of
// Apache Ant's junitreport, as Jenkins and GitLab read it). A suite a scenario, a case a target.
//
// A case fails when onhook's exit code would be red because of it: without a ledger whatever does
// not hold, with one whatever is not as expected. A fault of the harness is an error, not a
// failure. What is expected to be violated and is passes, and its output says so.
#pragma once

#include <string>
#include <vector>

#include "harness/report/ledger.h"
#include "harness/report/verdict.h"

namespace onhook {

/// `rows`: of compare() with a ledger, in the order of the results; empty without one. What XML
/// does not allow becomes '?', bytes that are no UTF-8 U+FFFD.
std::string results_junit(const std::vector<RunResult>& results,
                          const std::vector<LedgerRow>& rows);

}  // namespace onhook
