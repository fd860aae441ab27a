// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/cell.h"

#include <fmt/format.h>
#include <stdio.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <variant>

#include "harness/host/confinement.h"
#include "harness/scenario/compiler.h"
#include "harness/scenario/names.h"
#include "harness/scenario/program_scenario.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;

/// The target of that name; one that is built already with this very content is not looked at
/// twice.
TargetResult find_target(const std::string& name, const std::string& content_hash) {
  if (!content_hash.empty()) {
    for (Target& target : built_targets(default_target_paths())) {
      if (target.name == name && target.content_hash == content_hash)
        return {std::move(target), ""};
    }
  }
  return resolve_target(name);
}

/// From here on nothing that a revision's code does gets out of this process. "" or why it must not
/// be run.
std::string confine_revision(const Target& target, const CellParts& parts) {
  if (target.revision.empty() || !g_confines_revisions) return "";
  Confinement wanted;
  wanted.writable = parts.writable;
  wanted.cpu_seconds = parts.cpu_seconds;
  wanted.readable = system_files();
  std::error_code ignored;
  const fs::path executable = fs::read_symlink("/proc/self/exe", ignored);
  for (const fs::path& file :
       {fs::path(target.so_path), fs::absolute(parts.scenario_path, ignored), executable}) {
    wanted.readable.push_back(file.parent_path().string());
  }
  const std::string error = confine(wanted);
  if (error.empty()) return "";
  return fmt::format("code of {} is not run unconfined: {}\n--no-sandbox runs it all the same",
                     target.name, error);
}

std::string default_judges(const CompiledScenario& scenario) {
  std::string judges;
  for (const std::string& law : scenario.judged_by) {
    judges += (judges.empty() ? "" : ",") + judges_of(law);
  }
  if (!judges.empty()) return judges;
  return scenario.program ? "all" : "none";
}

}  // namespace

PreparedCell prepare_cell(const CellParts& wanted) {
  PreparedCell prepared;
  auto cell = std::make_unique<Cell>();
  CompileResult compiled =
      names_program(wanted.scenario_path)
          ? scenario_of_program(wanted.scenario_path, wanted.defines, wanted.args)
          : load_scenario(wanted.scenario_path);
  if (!compiled.scenario) {
    for (const Diagnostic& d : compiled.diagnostics) prepared.fault += to_text(d);
    return prepared;
  }
  cell->scenario = std::move(*compiled.scenario);
  if (!wanted.sip.empty()) {
    const auto stacks = names::sip_stacks();
    const auto stack = std::ranges::find(stacks, wanted.sip, &names::SipStackName::word);
    if (stack == stacks.end()) {
      prepared.fault = fmt::format("there is no SIP stack '{}'", wanted.sip);
      return prepared;
    }
    cell->scenario.script.sip = stack->stack;
  }
  if (!cell->scenario.program) {
    TargetResult resolved = find_target(wanted.target_name, wanted.target_hash);
    if (!resolved.target) {
      prepared.fault = resolved.error;
      return prepared;
    }
    cell->target = std::move(resolved.target);
    cell->target->other_core_rules = wanted.core_rules;
    prepared.fault = confine_revision(*cell->target, wanted);
    if (!prepared.fault.empty()) return prepared;
  }
  SubjectResult subject = make_subject(cell->scenario, cell->target ? &*cell->target : nullptr);
  if (auto* error = std::get_if<std::string>(&subject)) {
    prepared.fault = *error;
    return prepared;
  }
  cell->subject = std::move(std::get<std::unique_ptr<TestSubject>>(subject));
  WorldSpec spec = cell->subject->world_spec();
  spec.seed = wanted.seed;
  spec.settles = cell->scenario.settles;
  spec.bounds = wanted.bounds;
  if (const std::string unknown = unknown_judge(wanted.judges); !unknown.empty()) {
    prepared.fault = fmt::format("there is no judge '{}'", unknown);
    return prepared;
  }
  std::string judges = wanted.judges;
  if (judges == kDefaultJudges) judges = default_judges(cell->scenario);
  cell->judges = std::make_unique<Judges>(judges);
  if (wanted.one_more_judge) cell->judges->add(wanted.one_more_judge(cell->judges->scene()));
  cell->findings = std::make_unique<NamedFindings>(cell->scenario, cell->subject->code_map());
  spec.judges = cell->judges.get();
  // What the world prints goes through a buffer of ours, or not at all.
  static char buffer[BUFSIZ];
  ::setvbuf(stdout, buffer, _IOFBF, sizeof buffer);
  cell->world = std::make_unique<World>(std::move(spec));
  const Ending ending = cell->world->prepare();
  if (ending.end == End::unmodelled) {
    prepared.fault = "not modelled: " + ending.why;
    return prepared;
  }
  if (ending.end != End::none) {
    prepared.violation = Violation{
        std::string(kSetUpLaw),
        fmt::format("the world never came to the race: {} {}", to_string(ending.end), ending.why),
        0, cell->world->trace()};
    const auto found = cell->findings->violations(cell->judges->findings(), cell->world->trace());
    if (ending.end == End::judged && !found.empty()) {
      prepared.violation = found.front();
      prepared.violation->trace = cell->world->trace();
    }
  }
  prepared.cell = std::move(cell);
  return prepared;
}

}  // namespace onhook
