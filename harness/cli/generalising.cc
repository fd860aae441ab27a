// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/generalising.h"

namespace onhook::cli {
namespace {

// What was found travels from its process as the RunResult of a cell: the scenario as the message
// of a violation, the constraints as its order.
RunResult packed(const Generalised& found, const CellRequest& cell) {
  RunResult out;
  out.scenario = cell.scenario_path;
  out.target = cell.target;
  out.verdict = Verdict::violated;
  out.fault = found.fault;
  out.bound = found.failure;
  out.complete = found.complete;
  out.executions = found.samples;
  Violation violation;
  violation.law = found.law;
  violation.message = found.scenario;
  violation.order = found.constraints;
  violation.schedule = found.needs_folder ? "in " + found.folder : "";
  out.violations.push_back(std::move(violation));
  OrderResult tried;
  tried.executions = found.random_executions;
  out.orders = {tried, tried};
  out.orders[1].executions = found.search_executions;
  return out;
}

Generalised unpacked(const RunResult& result) {
  Generalised out;
  out.fault = result.fault;
  out.failure = result.bound;
  out.complete = result.complete;
  out.samples = result.executions;
  if (result.orders.size() != 2 || result.violations.empty()) {
    if (out.fault.empty()) out.fault = "its process ended before it was done";
    return out;
  }
  out.random_executions = result.orders[0].executions;
  out.search_executions = result.orders[1].executions;
  const Violation& violation = result.violations.front();
  out.law = violation.law;
  out.scenario = violation.message;
  out.constraints = violation.order;
  out.needs_folder = violation.schedule.starts_with("in ");
  if (out.needs_folder) out.folder = violation.schedule.substr(3);
  return out;
}

}  // namespace

Generalised generalise_in_process(const GeneraliseRequest& request, const Engine& engine,
                                  const CampaignOptions& options, CampaignObserver& observer,
                                  bool* interrupted) {
  CellRequest cell;
  cell.scenario_path = request.schedule.scenario;
  cell.target = request.schedule.target;
  const CellRunner run = [&](const CellRequest& of_cell, ProgressSink& sink) {
    sink.on_progress({Phase::exploring, 0, ""});
    return packed(engine.generalise(request), of_cell);
  };
  const CampaignResult campaign = run_campaign({cell}, run, options, observer);
  if (interrupted != nullptr) *interrupted = campaign.end == CampaignEnd::interrupted;
  return campaign.results.empty() ? Generalised{} : unpacked(campaign.results.front());
}

}  // namespace onhook::cli
