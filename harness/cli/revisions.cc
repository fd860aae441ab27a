// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/revisions.h"

#include <fmt/format.h>

#include <algorithm>

#include "fakes/core/core_rules.h"
#include "harness/host/confinement.h"
#include "harness/host/revision_target.h"
#include "harness/report/results.h"
#include "harness/scenario/names.h"

namespace onhook::cli {

void add_no_sandbox(CLI::App& verb) {
  verb.add_flag_callback(
      "--no-sandbox", [] { g_confines_revisions = false; },
      "run code of commits (CLONE@REVISION) with all that you may do yourself");
}

void add_revision_options(CLI::App& verb, RevisionOptions& options) {
  verb.add_option("--core-rules", options.core_rules,
                  "how the fake core behaves, instead of as the target's own core: a release "
                  "(1.2.1), or some of new-handle=alert-clear|alert-set, "
                  "close-pc=queues-every-call|queues-once, "
                  "hangup-without-agent=stays-cleaning|clears-cleaning, "
                  "refused-answer=keeps-mutex|gives-mutex-back, with commas between");
  std::vector<std::string> stacks;
  for (const names::SipStackName& stack : names::sip_stacks()) stacks.emplace_back(stack.word);
  verb.add_option("--sip", options.sip,
                  "whose nua the plugin calls, instead of what the scenario says")
      ->check(CLI::IsMember(stacks));
  verb.add_option("--sandbox-memory", options.memory_mb,
                  "MB of memory that the process of a commit's code may take")
      ->check(CLI::Range(64, 1 << 20))
      ->capture_default_str();
  add_no_sandbox(verb);
}

int read_revision_options(const RevisionOptions& options, CellRequest& cell,
                          CampaignOptions& campaign, Console& console) {
  campaign.bytes_of_revisions = options.memory_mb << 20;
  cell.core_rules = options.core_rules;
  cell.sip = options.sip;
  if (options.core_rules.empty()) return 0;
  const auto rules = fakes::CoreRules::parse(options.core_rules, {});
  const auto* error = std::get_if<std::string>(&rules);
  return error == nullptr ? 0 : usage_error(console, "--core-rules: " + *error);
}

std::variant<std::vector<std::string>, std::string> fixed_revisions(
    const std::vector<std::string>& names) {
  std::vector<std::string> fixed;
  if (names.empty()) return fixed;
  if (const std::string why = why_no_confinement(); g_confines_revisions && !why.empty()) {
    return fmt::format(
        "code of commits cannot be confined here: {}; --no-sandbox runs it all the same", why);
  }
  for (const std::string& name : names) {
    const auto parsed = parse_revision_name(name);
    if (!parsed) return fmt::format("'{}' is not CLONE@REVISION with a folder CLONE", name);
    const auto opened = GitClone::open(parsed->clone);
    if (const auto* error = std::get_if<std::string>(&opened)) return *error;
    const GitClone& clone = *std::get<std::unique_ptr<GitClone>>(opened);
    std::string variant;
    auto commit = clone.commit_named(parsed->revision);
    const std::size_t plus = parsed->revision.rfind('+');
    if (!commit && plus != std::string::npos) {
      variant = parsed->revision.substr(plus);
      commit = clone.commit_named(parsed->revision.substr(0, plus));
    }
    if (!commit) return fmt::format("'{}' names no commit of {}", parsed->revision, parsed->clone);
    fixed.push_back(fmt::format("{}@{}{}", clone.folder(), *commit, variant));
  }
  return fixed;
}

int bisect_code(const std::vector<RunResult>& results) {
  // A world that never came to its race says nothing of the laws.
  const bool bad = std::ranges::any_of(results, [](const RunResult& r) {
    return r.verdict == Verdict::violated && !is_not_set_up(r);
  });
  if (bad) return 1;
  const bool all_hold = std::ranges::all_of(
      results, [](const RunResult& r) { return r.verdict == Verdict::holds && r.fault.empty(); });
  return all_hold && !results.empty() ? 0 : kBisectSkips;
}

}  // namespace onhook::cli
