// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/spread.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "harness/cli/parts.h"
#include "harness/cli/resume_file.h"
#include "harness/race/judges.h"
#include "harness/report/results.h"

namespace onhook::cli {
namespace {

/// Keeps the positions that the cells tell, and passes everything else on.
class PositionKeeper : public CampaignObserver {
 public:
  PositionKeeper(CampaignObserver& next, ResumeFile& file) : next_(next), file_(file) {}

  void on_progress(const CampaignProgress& progress) override {
    note(file_.write_if_due());
    next_.on_progress(progress);
  }
  void on_violation(const CellRequest& cell, const FoundViolation& found) override {
    next_.on_violation(cell, found);
  }
  void on_result(const RunResult& result) override { next_.on_result(result); }
  void on_output(const CellRequest& cell, std::string_view text) override {
    next_.on_output(cell, text);
  }
  void on_position(const CellRequest& cell, const std::string& position) override {
    file_.keep(cell, position);
  }

  std::optional<Diagnostic> finish() {
    note(file_.write());
    return error_;
  }

 private:
  // A full disk must not end a long run; it is reported once the run has ended.
  void note(std::optional<Diagnostic> error) {
    if (error && !error_) error_ = std::move(error);
  }

  CampaignObserver& next_;
  ResumeFile& file_;
  std::optional<Diagnostic> error_;
};

bool read_shard(std::string_view text, Shard& shard) {
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [slash, no_number] = std::from_chars(text.data(), end, number);
  if (no_number != std::errc() || slash == end || *slash != '/') return false;
  const auto [rest, no_count] = std::from_chars(slash + 1, end, shard.count);
  shard.index = number - 1;
  return no_count == std::errc() && rest == end && number >= 1 && number <= shard.count;
}

}  // namespace

std::string search_of(const CellRequest& cell) {
  std::string text = fmt::format("strategy={} seed={}",
                                 cell.strategy.empty() ? "default" : cell.strategy, cell.seed);
  if (cell.max_executions > 0) text += fmt::format(" executions={}", cell.max_executions);
  if (cell.max_seconds > 0) text += fmt::format(" seconds={}", cell.max_seconds);
  if (cell.bounds.steps) text += fmt::format(" max-steps={}", *cell.bounds.steps);
  if (cell.bounds.timeouts) text += fmt::format(" max-timeouts={}", *cell.bounds.timeouts);
  if (cell.points == Points::all) text += " points=all";
  if (!cell.only_order.empty()) {
    text += fmt::format(" order={}", fmt::join(cell.only_order, ","));
  }
  if (cell.stop_at_first) text += " stop-at-first";
  if (!cell.core_rules.empty()) text += " core-rules=" + cell.core_rules;
  if (!cell.sip.empty()) text += " sip=" + cell.sip;
  if (cell.digest) text += " digest";
  if (cell.judges != kDefaultJudges) text += " judges=" + cell.judges;
  return text;
}

void add_spread_options(CLI::App& verb, SpreadOptions& options) {
  verb.add_option("--shard", options.shard,
                  "explore only part I of N, written I/N; 'onhook merge' puts the parts' --json "
                  "files together");
  verb.add_option("--resume", options.resume,
                  "keep here where the run stands, and go on from there if it was ended");
  verb.add_flag(
      "--digest", options.digest,
      "add to --json a sum over all executions' traces, the same for the same executions");
}

int read_spread(const SpreadOptions& options, CellRequest& common, Console& console) {
  if (!options.shard.empty() && !read_shard(options.shard, common.part)) {
    return usage_error(console, fmt::format("'{}' is no part", options.shard),
                       "a part is I/N, I from 1 to N");
  }
  common.digest = options.digest;
  common.keep_position = !options.resume.empty();
  common.search = search_of(common);
  return 0;
}

std::variant<CampaignResult, Diagnostic> run_spread(const std::vector<CellRequest>& cells,
                                                    const Engine& engine,
                                                    const CampaignOptions& campaign,
                                                    const SpreadOptions& options,
                                                    CampaignObserver& observer) {
  const auto cut = [&](int jobs) {
    const bool possible =
        !cells.empty() && engine.can_be_cut && engine.can_be_cut(cells.front().strategy);
    return possible ? cut_cells(cells, jobs) : cells;
  };
  if (options.resume.empty()) {
    return run_campaign(cut(campaign.jobs), engine.run_cell, campaign, observer);
  }
  auto opened = ResumeFile::open(options.resume, campaign.jobs);
  if (auto* error = std::get_if<Diagnostic>(&opened)) return std::move(*error);
  ResumeFile& file = std::get<ResumeFile>(opened);
  std::vector<CellRequest> parts = cut(file.jobs());
  file.prepare(parts);
  PositionKeeper keeper(observer, file);
  CampaignResult result = run_campaign(parts, engine.run_cell, campaign, keeper);
  if (auto error = keeper.finish()) return std::move(*error);
  const bool done =
      result.end == CampaignEnd::finished &&
      std::ranges::all_of(result.results, [](const RunResult& r) { return r.fault.empty(); });
  if (done) file.remove_journals(parts);
  return result;
}

int exit_code_of_part(const SpreadOptions& options, const std::vector<RunResult>& results) {
  const int code = exit_code_of(results);
  const bool part = !options.shard.empty();
  return part && code == exit_code_of(Verdict::infeasible) ? 0 : code;
}

}  // namespace onhook::cli
