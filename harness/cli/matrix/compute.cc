// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/matrix/compute.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "harness/base/text_file.h"
#include "harness/cli/build_pool.h"
#include "harness/report/ladder.h"
#include "harness/trace/schedule.h"

namespace onhook::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kBuildsAhead = 2;
constexpr std::size_t kMostWords = 2'000;  // of a compiler's message

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

std::string content_of(const std::string& path) {
  auto read = read_text_file(path);
  auto* text = std::get_if<std::string>(&read);
  return text == nullptr ? std::string() : std::move(*text);
}

}  // namespace

/// Keeps what comes out of a campaign over one plugin.
class MatrixRun::Cells : public CampaignObserver {
 public:
  Cells(MatrixRun& run, const MatrixRow& row) : run_(run), row_(row) {}

  void on_progress(const CampaignProgress& progress) override {
    CampaignProgress all = progress;
    const MatrixFigures& figures = run_.figures_;
    all.cells_done = figures.cells - figures.left;
    all.cells = figures.cells;
    all.seconds = seconds_since(begin_) + figures.seconds;
    all.target = row_.commit.substr(0, 12);
    if (figures.computed > 0) {
      all.seconds_left =
          all.seconds / static_cast<double>(figures.computed) * static_cast<double>(figures.left);
    }
    run_.observer_.on_progress(all);
  }
  void on_output(const CellRequest&, std::string_view text) override {
    run_.observer_.on_output(text);
  }
  void on_result(const RunResult& result) override {
    if (result.interrupted) return;
    MatrixCell cell;
    cell.result = result;
    if (!result.violations.empty()) {
      const Violation& first = result.violations.front();
      cell.ladder = violation_report(result, first, first.schedule, {});
      if (!first.schedule.empty()) cell.schedule = content_of(first.schedule);
    }
    if (result.unsaid) {
      run_.by_chance_[run_.key_of(row_, result.scenario)] = std::move(cell);
    } else {
      run_.keep(row_, cell);
    }
  }

 private:
  MatrixRun& run_;
  const MatrixRow& row_;
  const Clock::time_point begin_ = Clock::now();
};

MatrixRun::MatrixRun(RevisionTargets& targets, const Engine& engine, MatrixStore& store,
                     const MatrixClaims& claims, MatrixRequest request, MatrixObserver& observer)
    : targets_(targets),
      engine_(engine),
      store_(store),
      claims_(claims),
      request_(std::move(request)),
      observer_(observer),
      onhook_(sha256_of(content_of("/proc/self/exe"))) {
  for (const std::string& path : request_.scenarios) hashes_[path] = sha256_of(content_of(path));
}

std::string MatrixRun::key_of(const MatrixRow& row, const std::string& scenario) const {
  return sha256_of(fmt::format("onhook={}\nplugin={}\nscenario={}\nsearch={}\nsuppressions={}\n",
                               onhook_, row.key, hashes_.at(scenario), request_.cell.search,
                               sha256_of(request_.suppressions)));
}

std::vector<std::string> MatrixRun::missing(const MatrixRow& row) const {
  std::vector<std::string> out;
  for (const std::string& scenario : request_.scenarios) {
    if (!store_.find(key_of(row, scenario))) out.push_back(scenario);
  }
  return out;
}

std::optional<MatrixCell> MatrixRun::cell_of(const MatrixRow& row,
                                             const std::string& scenario) const {
  const std::string key = key_of(row, scenario);
  const auto left = by_chance_.find(key);
  return left == by_chance_.end() ? store_.find(key) : left->second;
}

void MatrixRun::keep(const MatrixRow& row, const MatrixCell& cell) {
  const std::string error = store_.keep(key_of(row, cell.result.scenario), cell);
  if (figures_.error.empty()) figures_.error = error;
  ++figures_.computed;
  --figures_.left;
}

void MatrixRun::keep_unbuilt(const MatrixRow& row, const std::string& why) {
  const auto inputs = targets_.inputs_of(row.commit, request_.variant);
  const auto* found = std::get_if<RevisionInputs>(&inputs);
  const bool always = found != nullptr && targets_.is_known(*found);
  for (const std::string& scenario : missing(row)) {
    MatrixCell cell;
    cell.no_build = why.substr(0, kMostWords);
    cell.result.scenario = scenario;
    cell.result.target = row.commit;
    if (always) {
      keep(row, cell);
    } else {
      by_chance_[key_of(row, scenario)] = std::move(cell);
    }
  }
}

void MatrixRun::explore(const MatrixRow& row, const std::vector<std::string>& scenarios) {
  std::vector<CellRequest> cells;
  for (const std::string& scenario : scenarios) {
    CellRequest cell = request_.cell;
    cell.scenario_path = scenario;
    cell.target = fmt::format("{}@{}{}{}", targets_.clone().folder(), row.commit,
                              request_.variant.empty() ? "" : "+", request_.variant);
    cells.push_back(std::move(cell));
  }
  const auto begin = Clock::now();
  Cells observer(*this, row);
  const CampaignResult campaign =
      run_campaign(cells, engine_.run_cell, request_.campaign, observer);
  figures_.interrupted = campaign.end == CampaignEnd::interrupted;
  figures_.exploring += seconds_since(begin);
}

/// Computes what of `todo` nobody else has claimed; the rest.
std::vector<MatrixRun::Todo> MatrixRun::compute(const std::vector<Todo>& todo,
                                                MatrixClaims::IfTaken if_taken) {
  const auto begin = Clock::now();
  const double before = figures_.seconds;
  std::vector<Todo> taken;
  BuildPool pool(targets_.clone().folder(), request_.variant, request_.campaign.jobs);
  for (std::size_t i = 0; i < todo.size() && !figures_.interrupted && figures_.error.empty(); ++i) {
    const MatrixRow& row = *todo[i].row;
    if (!claims_.claim(row.key, if_taken)) {
      taken.push_back(todo[i]);
      continue;
    }
    // Another matrix may have been here meanwhile.
    const std::vector<std::string> scenarios = missing(row);
    figures_.left -= todo[i].scenarios.size() - scenarios.size();
    if (scenarios.empty()) continue;
    std::vector<std::string> wanted;
    for (std::size_t k = i; k < std::min(todo.size(), i + 1 + kBuildsAhead); ++k) {
      wanted.push_back(todo[k].row->commit);
    }
    pool.want(wanted);
    TargetResult target;
    target.error = pool.wait_for(row.commit);
    if (target.error.empty()) target = targets_.target_of(row.commit, request_.variant);
    pool.want(wanted);  // there is room for another one
    figures_.seconds = before + seconds_since(begin);
    if (target.target) {
      explore(row, scenarios);
    } else {
      keep_unbuilt(row, target.error);
    }
    claims_.give_back(row.key);
    figures_.seconds = before + seconds_since(begin);
  }
  figures_.built += pool.begun() - pool.given_up();
  return taken;
}

MatrixFigures MatrixRun::run(const MatrixRows& rows) {
  figures_ = {};
  // Each plugin once, the newest first: its row and what is not known of it.
  std::vector<Todo> todo;
  std::set<std::string> seen;
  for (auto row = rows.rows.rbegin(); row != rows.rows.rend(); ++row) {
    if (!row->no_plugin.empty() || !seen.insert(row->key).second) continue;
    auto scenarios = missing(*row);
    figures_.cells += request_.scenarios.size();
    figures_.left += scenarios.size();
    if (!scenarios.empty()) todo.push_back({&*row, std::move(scenarios)});
  }
  figures_.plugins = seen.size();
  const auto taken = compute(todo, MatrixClaims::IfTaken::give_up);
  compute(taken, MatrixClaims::IfTaken::wait);
  return figures_;
}

}  // namespace onhook::cli
