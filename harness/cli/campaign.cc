// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/campaign.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <memory>

#include "harness/cli/cell_worker.h"
#include "harness/cli/parts.h"
#include "harness/host/revision_target.h"
#include "harness/report/lock_record.h"

namespace onhook::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPollMs = 50;

volatile sig_atomic_t g_interrupts = 0;
void count_interrupt(int) { g_interrupts = g_interrupts + 1; }

// SIGINT and SIGTERM are counted for as long as this lives.
class InterruptScope {
 public:
  InterruptScope() {
    g_interrupts = 0;
    struct sigaction action {};
    action.sa_handler = count_interrupt;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, &old_int_);
    ::sigaction(SIGTERM, &action, &old_term_);
  }
  ~InterruptScope() {
    ::sigaction(SIGINT, &old_int_, nullptr);
    ::sigaction(SIGTERM, &old_term_, nullptr);
  }
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;

 private:
  struct sigaction old_int_ {};
  struct sigaction old_term_ {};
};

double seconds_since(Clock::time_point then) {
  return std::chrono::duration<double>(Clock::now() - then).count();
}

class Campaign {
 public:
  Campaign(const std::vector<CellRequest>& cells, const CellRunner& run,
           const CampaignOptions& options, CampaignObserver& observer)
      : cells_(cells), run_(run), options_(options), observer_(observer) {
    for (std::size_t i = 0; i < cells.size(); i += groups_[i]) {
      groups_[i] = parts_at(cells, i);
      heads_.resize(i + groups_[i], i);
      ++progress_.cells;
    }
  }

  CampaignResult run() {
    const InterruptScope interrupts;
    while (true) {
      if (g_interrupts > 0) stop();
      start_cells();
      if (running_.empty()) break;
      wait_for_news();
      for (auto it = running_.begin(); it != running_.end();) {
        attend(*it->second);
        it = it->second->worker.finished() ? finish(it) : std::next(it);
      }
      report_progress();
    }
    CampaignResult out;
    out.end = stopping_ ? CampaignEnd::interrupted : CampaignEnd::finished;
    while (!parts_.empty()) join(parts_.begin()->first);  // of cells that lack a part
    for (auto& [index, result] : results_) out.results.push_back(std::move(result));
    return out;
  }

 private:
  struct Running {
    Running(const CellRequest& cell, const CellRunner& run)
        : worker(cell, run), of_revision(parse_revision_name(cell.target).has_value()) {}
    CellWorker worker;
    const bool of_revision;
    Clock::time_point began = Clock::now();
    Clock::time_point last_heard = began;
  };
  using RunningCells = std::map<std::size_t, std::unique_ptr<Running>>;  // by index of the cell

  void start_cells() {
    const auto jobs = static_cast<std::size_t>(std::max(1, options_.jobs));
    while (!stopping_ && next_ < cells_.size() && running_.size() < jobs) {
      running_[next_] = std::make_unique<Running>(cells_[next_], run_);
      ++next_;
    }
  }

  void stop() {
    if (!stopping_) {
      stopping_ = true;
      stopped_at_ = Clock::now();
      for (auto& [index, running] : running_) running->worker.request_stop();
    }
    if (g_interrupts > 1 || seconds_since(stopped_at_) > options_.grace_seconds) {
      for (auto& [index, running] : running_) running->worker.kill_because("interrupted");
    }
  }

  void wait_for_news() {
    std::vector<pollfd> descriptors;
    for (const auto& [index, running] : running_) {
      for (int fd : {running->worker.message_descriptor(), running->worker.error_descriptor()}) {
        if (fd >= 0) descriptors.push_back({fd, POLLIN, 0});
      }
    }
    ::poll(descriptors.data(), descriptors.size(), kPollMs);
  }

  void attend(Running& running) {
    const CellWorker::News news = running.worker.read();
    if (!news.messages.empty()) running.last_heard = Clock::now();
    if (!news.standard_error.empty()) {
      observer_.on_output(running.worker.cell(), news.standard_error);
    }
    for (const CellMessage& message : news.messages) {
      if (const auto* found = std::get_if<FoundViolation>(&message)) {
        observer_.on_violation(running.worker.cell(), *found);
      } else if (std::holds_alternative<Progress>(message)) {
        progress_.scenario = running.worker.cell().scenario_path;
        progress_.target = running.worker.cell().target;
        progress_.order = running.worker.progress().order;
      } else if (const auto* position = std::get_if<Position>(&message)) {
        observer_.on_position(running.worker.cell(), position->state);
      }
    }
    const double silence =
        running.of_revision ? options_.silence_seconds_of_revisions : options_.silence_seconds;
    if (seconds_since(running.last_heard) > silence) {
      running.worker.kill_because(fmt::format("no sign of life for {} s", silence));
    }
    if (running.of_revision && running.worker.resident_bytes() > options_.bytes_of_revisions) {
      running.worker.kill_because(
          fmt::format("it takes more than {} MB of memory", options_.bytes_of_revisions >> 20));
    }
  }

  RunningCells::iterator finish(RunningCells::iterator it) {
    Running& running = *it->second;
    attend(running);
    RunResult result = running.worker.result();
    if (result.seconds <= 0) result.seconds = seconds_since(running.began);
    const CellRequest& cell = cells_[it->first];
    result.part = cell.part;
    result.search = cell.search;
    executions_done_ += result.executions;
    const std::size_t head = heads_[it->first];
    parts_[head].push_back(std::move(result));
    if (parts_[head].size() == groups_.at(head)) join(head);
    return running_.erase(it);
  }

  // The parts of the cell that begins at `head` become its result.
  void join(std::size_t head) {
    std::vector<RunResult> parts = std::move(parts_[head]);
    parts_.erase(head);
    for (std::size_t i = head; groups_.at(head) > 1 && i < head + groups_.at(head); ++i) {
      const auto is_it = [&](const RunResult& r) { return r.part == cells_[i].part; };
      if (std::any_of(parts.begin(), parts.end(), is_it)) continue;
      RunResult not_begun;
      not_begun.scenario = cells_[i].scenario_path;
      not_begun.target = parts.front().target;
      not_begun.part = cells_[i].part;
      not_begun.bound = "interrupted";
      parts.push_back(std::move(not_begun));
    }
    RunResult result =
        groups_.at(head) > 1 ? join_parts(std::move(parts)) : std::move(parts.front());
    if (groups_.at(head) > 1) {
      const auto failed = add_inversions_across(result, cells_[head].suppressions);
      if (failed) {
        result.fault = to_text(*failed);
        result.verdict = Verdict::harness_fault;
      }
    }
    ++progress_.cells_done;
    observer_.on_result(result);
    results_[head] = std::move(result);
  }

  void report_progress() {
    progress_.executions = executions_done_;
    for (const auto& [index, running] : running_) {
      progress_.executions += running->worker.progress().executions;
    }
    progress_.seconds = seconds_since(began_);
    observer_.on_progress(progress_);
  }

  const std::vector<CellRequest>& cells_;
  const CellRunner& run_;
  const CampaignOptions& options_;
  CampaignObserver& observer_;
  const Clock::time_point began_ = Clock::now();
  std::map<std::size_t, std::size_t> groups_;            // index of a cell's first part: parts
  std::vector<std::size_t> heads_;                       // index of a part: its cell's first one
  std::map<std::size_t, std::vector<RunResult>> parts_;  // finished, by index of the first
  std::size_t next_ = 0;
  RunningCells running_;
  std::map<std::size_t, RunResult> results_;
  std::uint64_t executions_done_ = 0;
  CampaignProgress progress_;
  bool stopping_ = false;
  Clock::time_point stopped_at_;
};

}  // namespace

CampaignResult run_campaign(const std::vector<CellRequest>& cells, const CellRunner& run,
                            const CampaignOptions& options, CampaignObserver& observer) {
  return Campaign(cells, run, options, observer).run();
}

}  // namespace onhook::cli
