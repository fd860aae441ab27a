// SPDX-License-Identifier: GPL-3.0-or-later
// One scenario along the history of a clone: which commit changed its verdict. Judges commits by
// running the scenario on them, each in a process of its own; while one is judged, those that could
// be next are being built. `onhook bisect` prints what it is told here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/bisection.h"
#include "harness/cli/build_pool.h"
#include "harness/cli/campaign.h"
#include "harness/host/revision_target.h"

namespace onhook::cli {

/// What a scenario says of one commit.
struct CommitVerdict {
  enum class Says { holds, violated, nothing };
  Says says = Says::nothing;
  std::string why;     ///< nothing: why; violated: the law; holds: other laws that broke, or ""
  RunResult result;    ///< of the run that decided
  double seconds = 0;  ///< to explore, without building
};

struct BisectRequest {
  std::string good;  ///< full ids
  std::string bad;
  std::string variant;
  bool first_parent = false;
  bool speculates = true;  ///< builds what may come next
  int jobs = 1;
  std::string law;   ///< that is to break; "": the first that breaks on the bad end
  CellRequest cell;  ///< all but the target
  CampaignOptions campaign;
};

/// Where the time went, in seconds of real time; what was built beside others adds up.
struct BisectTimes {
  double history = 0;  ///< reading commits and what they are built from
  double waiting = 0;  ///< for plugins
  double exploring = 0;
  double plugin = 0;  ///< compiling janus_sip.c
  double helpers = 0;
  double adapter = 0;
  std::size_t built = 0;
  std::size_t given_up = 0;
};

class BisectObserver {
 public:
  virtual ~BisectObserver() = default;
  virtual void on_range(std::size_t /*commits*/, std::size_t /*touching*/) {}
  /// `role`: "good", "bad", "merge base", "parent" or "".
  virtual void on_verdict(const std::string& /*commit*/, const char* /*role*/,
                          const CommitVerdict&) {}
  virtual void on_note(const std::string& /*line*/) {}
  virtual void on_output(std::string_view) {}
};

struct BisectResult {
  enum class End { found, several, no_change, error, interrupted };
  End end = End::error;
  std::string error;     ///< of no_change and error: in words
  bool is_break = true;  ///< old commits hold, new ones do not; else the other way round
  std::vector<std::string> suspects;           ///< found: one
  std::map<std::string, std::string> skipped;  ///< commit -> why; those that were tried
  std::vector<std::string> changed_back;
  CommitVerdict violated;   ///< the nearest violation to the change, for a ladder
  std::string violated_on;  ///< its commit
  std::string law;
  BisectTimes times;
};

class Bisecting {
 public:
  Bisecting(RevisionTargets& targets, const Engine& engine, BisectRequest request,
            BisectObserver& observer);
  BisectResult run();

 private:
  using Says = CommitVerdict::Says;

  const CommitVerdict& judge(const std::string& commit, const char* role,
                             const std::vector<std::string>& maybe_next = {});
  CommitVerdict verdict_on(const std::string& commit);
  RunResult explore(const std::string& scenario, const std::string& commit,
                    std::uint64_t executions);
  /// The failing order, as a scenario of its own for the other commits.
  void generalise(const CommitVerdict& bad);
  std::string key_of(const std::string& commit);
  /// The commits between the ends, and which end comes first; "" or what is wrong.
  std::string set_out(BisectResult& out, std::string& old_end, std::string& new_end);
  void search(Bisection& bisection, const std::string& old_end, const std::string& new_end,
              BisectResult& out);
  void check_parents(BisectResult& out);
  void note_violation(const std::string& commit, BisectResult& out);

  RevisionTargets& targets_;
  const Engine& engine_;
  const BisectRequest request_;
  BisectObserver& observer_;
  BuildPool pool_;
  std::map<std::string, CommitVerdict> verdicts_;  // by key
  std::map<std::string, std::string> judged_;      // commit -> key, in this run
  std::string law_;
  std::string generalised_;  // path; "" none
  bool interrupted_ = false;
  BisectTimes times_;
};

}  // namespace onhook::cli
