// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace onhook::cli {
namespace {

constexpr std::string_view kDefaultTarget = "stable";

Diagnostic error_of(std::string about, std::string message, std::string suggestion = {}) {
  Diagnostic d;
  d.file = std::move(about);
  d.message = std::move(message);
  d.suggestion = std::move(suggestion);
  return d;
}

std::vector<std::string> names_of(const std::vector<TargetInfo>& targets) {
  std::vector<std::string> names;
  for (const TargetInfo& target : targets) {
    names.push_back(target.name);
    names.insert(names.end(), target.aliases.begin(), target.aliases.end());
  }
  return names;
}

// Only a plain name can be checked here: paths and revisions are the engine's to find.
std::optional<Diagnostic> check_target(const std::string& target,
                                       const std::vector<TargetInfo>& known) {
  const std::string base = target.substr(0, target.find('+'));
  if (base.find_first_of("/:@") != std::string::npos) return std::nullopt;
  const std::vector<std::string> names = names_of(known);
  const auto is_known = [&](const std::string& name) { return name == base || name == target; };
  if (std::any_of(names.begin(), names.end(), is_known)) return std::nullopt;
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = closest_word(base, views);
  return error_of(target, "there is no such target",
                  near.empty() ? "run 'onhook targets' for the ones that there are"
                               : fmt::format("did you mean '{}'?", near));
}

std::optional<std::string> default_target(const std::vector<TargetInfo>& known) {
  const std::vector<std::string> names = names_of(known);
  if (std::find(names.begin(), names.end(), kDefaultTarget) != names.end()) {
    return std::string(kDefaultTarget);
  }
  if (known.size() == 1) return known.front().name;
  return std::nullopt;
}

}  // namespace

TargetAliases aliases_of(const std::vector<TargetInfo>& targets) {
  TargetAliases aliases;
  for (const TargetInfo& target : targets) {
    for (const std::string& alias : target.aliases) aliases[alias] = target.name;
  }
  return aliases;
}

std::variant<CampaignPlan, Diagnostic> plan_campaign(const std::vector<std::string>& files,
                                                     const std::vector<std::string>& targets,
                                                     const std::optional<Ledger>& ledger,
                                                     const std::vector<TargetInfo>& known,
                                                     const CellRequest& common) {
  const TargetAliases aliases = aliases_of(known);
  const auto is_wanted = [&](const std::string& target) {
    const std::string name = without_alias(target, aliases);
    return targets.empty() || std::any_of(targets.begin(), targets.end(), [&](const auto& given) {
             return without_alias(given, aliases) == name;
           });
  };
  for (const std::string& target : targets) {
    if (auto error = check_target(target, known)) return *error;
  }
  CampaignPlan plan;
  std::vector<bool> taken(ledger ? ledger->expectations.size() : 0, false);
  const auto add_cell = [&](const std::string& file, const std::string& target) {
    CellRequest cell = common;
    cell.scenario_path = file;
    cell.target = target;
    const bool is_new =
        std::none_of(plan.cells.begin(), plan.cells.end(), [&](const CellRequest& other) {
          return other.scenario_path == file &&
                 without_alias(other.target, aliases) == without_alias(target, aliases);
        });
    if (is_new) plan.cells.push_back(std::move(cell));
  };
  for (const std::string& file : files) {
    bool listed = false;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const Expectation& expectation = ledger->expectations[i];
      if (!names_scenario(expectation.scenario, file)) continue;
      if (!is_wanted(expectation.target)) continue;
      listed = true;
      if (!taken[i]) plan.expected.push_back(expectation);
      taken[i] = true;
      if (targets.empty()) add_cell(file, expectation.target);
    }
    for (const std::string& target : targets) add_cell(file, target);
    if (!targets.empty() || listed) continue;
    const auto target = default_target(known);
    if (!target) {
      return error_of(file, "there is no target 'stable'",
                      "say --target, run 'onhook targets' for the ones that there are");
    }
    add_cell(file, *target);
  }
  return plan;
}

}  // namespace onhook::cli
