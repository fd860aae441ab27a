// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/plan.h"

#include <algorithm>

namespace onhook::cli {
namespace {

class Planner {
 public:
  Planner(const std::vector<std::string>& targets, const std::optional<Ledger>& ledger,
          const TargetAliases& aliases, const CellRequest& common)
      : targets_(targets), aliases_(aliases), common_(common) {
    if (ledger) ledger_ = ledger->expectations;
  }

  void add(const ScenarioFile& file) {
    const bool has_program = file.subject == SubjectKind::program;
    const std::vector<std::string> wanted =
        has_program ? std::vector{std::string(kProgramTarget)} : targets_;
    const std::vector<std::string> listed = take_expectations(file, wanted);
    if (!wanted.empty()) {
      for (const std::string& target : wanted) add_cell(file, target);
    } else if (!listed.empty()) {
      for (const std::string& target : listed) add_cell(file, target);
    } else {
      add_cell(file, std::string(kDefaultTarget));
    }
  }

  CampaignPlan plan() { return std::move(plan_); }

 private:
  bool same_target(const std::string& a, const std::string& b) const {
    return without_alias(a, aliases_) == without_alias(b, aliases_);
  }

  // Copies what the ledger says of this file on these targets (none: on any) into the plan; the
  // targets that it says something of.
  std::vector<std::string> take_expectations(const ScenarioFile& file,
                                             const std::vector<std::string>& wanted) {
    std::vector<std::string> listed;
    for (const Expectation& expectation : ledger_) {
      const auto is_its_target = [&](const std::string& target) {
        return same_target(target, expectation.target);
      };
      if (!names_scenario(expectation.scenario, file.path)) continue;
      if (!wanted.empty() && std::none_of(wanted.begin(), wanted.end(), is_its_target)) continue;
      listed.push_back(expectation.target);
      const bool known =
          std::any_of(plan_.expected.begin(), plan_.expected.end(), [&](const Expectation& other) {
            return other.scenario == expectation.scenario && other.target == expectation.target;
          });
      if (!known) plan_.expected.push_back(expectation);
    }
    return listed;
  }

  void add_cell(const ScenarioFile& file, const std::string& target) {
    const auto is_the_same = [&](const CellRequest& other) {
      return other.scenario_path == file.path && same_target(other.target, target);
    };
    if (std::any_of(plan_.cells.begin(), plan_.cells.end(), is_the_same)) return;
    CellRequest cell = common_;
    cell.scenario_path = file.path;
    cell.target = target;
    for (const Expectation& expectation : plan_.expected) {
      if (expectation.verdict == Expected::violated &&
          names_scenario(expectation.scenario, file.path) &&
          same_target(expectation.target, target)) {
        cell.unexplained_law = expectation.law;
      }
    }
    plan_.cells.push_back(std::move(cell));
  }

  const std::vector<std::string>& targets_;
  const TargetAliases& aliases_;
  const CellRequest& common_;
  std::vector<Expectation> ledger_;
  CampaignPlan plan_;
};

}  // namespace

CampaignPlan plan_campaign(const std::vector<ScenarioFile>& files,
                           const std::vector<std::string>& targets,
                           const std::optional<Ledger>& ledger, const TargetAliases& aliases,
                           const CellRequest& common) {
  Planner planner(targets, ledger, aliases, common);
  for (const ScenarioFile& file : files) planner.add(file);
  return planner.plan();
}

}  // namespace onhook::cli
