// SPDX-License-Identifier: GPL-3.0-or-later
// What the verbs that run plugins have in common about what surrounds a plugin and about code of
// somebody's revision, and the exit codes that `git bisect run` understands.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "harness/cli/campaign.h"
#include "harness/cli/command.h"

namespace onhook::cli {

struct RevisionOptions {
  std::string core_rules;
  std::string sip;
  std::uint64_t memory_mb = CampaignOptions{}.bytes_of_revisions >> 20;
};

/// --core-rules, --sip, --sandbox-memory and --no-sandbox.
void add_revision_options(CLI::App& verb, RevisionOptions& options);
/// --no-sandbox alone, for verbs that play schedules.
void add_no_sandbox(CLI::App& verb);

/// Reads them. 0, or the exit code of the error that was printed.
int read_revision_options(const RevisionOptions& options, CellRequest& cell,
                          CampaignOptions& campaign, Console& console);

/// The targets that CLONE@REVISION[+VARIANT] stand for now, with the commit's full id: HEAD will
/// not be another commit later. Or in lines what is wrong, this machine's lack of a sandbox
/// included.
std::variant<std::vector<std::string>, std::string> fixed_revisions(
    const std::vector<std::string>& names);

/// For git: what could not be judged is skipped, and what is wrong with the command line ends the
/// bisection instead of counting as a bad commit.
inline constexpr int kBisectSkips = 125;
inline constexpr int kBisectAborts = 129;

/// Of a run's results: 0 good, 1 bad, kBisectSkips. A violation counts whatever else went wrong.
int bisect_code(const std::vector<RunResult>& results);

}  // namespace onhook::cli
