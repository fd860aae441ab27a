// SPDX-License-Identifier: GPL-3.0-or-later

#include "harness/report/merge.h"

#include <algorithm>
#include <iterator>

#include "harness/base/text_file.h"
#include "harness/cli/command.h"
#include "harness/report/json_reader.h"
#include "harness/report/ladder.h"
#include "harness/report/lock_record.h"
#include "harness/report/results.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Puts the parts of an exploration together: the --json files of 'onhook run --shard I/N'.\n\n"
    "Prints the table, and ends with the exit code, of one run of the whole. A part that is "
    "missing\n"
    "is a fault; parts that were searched differently, or saw another scenario or plugin, are\n"
    "refused. Locks that two parts take in opposite orders are told here, each with the schedules "
    "of both.\n\n"
    "  onhook merge part1.json part2.json --json all.json";

struct MergeOptions {
  std::vector<std::string> files;
  std::string json;
  std::string suppressions;
  std::string out;
};

int merge(const MergeOptions& options, Console& console) {
  std::vector<RunResult> parts;
  CampaignEnd end = CampaignEnd::finished;
  for (const std::string& path : options.files) {
    auto read = read_results(path);
    if (const auto* error = std::get_if<Diagnostic>(&read)) {
      console.err << to_text(*error);
      return kUsageError;
    }
    ResultsFile& file = std::get<ResultsFile>(read);
    if (file.end == CampaignEnd::interrupted) end = CampaignEnd::interrupted;
    std::move(file.results.begin(), file.results.end(), std::back_inserter(parts));
  }
  Merged merged = merge_results(parts);
  if (!merged.error.empty()) return usage_error(console, merged.error);
  std::vector<Suppression> suppressions;
  if (!options.suppressions.empty()) {
    auto read = read_suppressions(options.suppressions);
    if (const auto* error = std::get_if<Diagnostic>(&read)) {
      console.err << to_text(*error);
      return kUsageError;
    }
    suppressions = std::move(std::get<std::vector<Suppression>>(read));
  }
  for (RunResult& result : merged.results) {
    if (const auto error = add_inversions_across(result, suppressions, options.out)) {
      console.err << to_text(*error);
      return kUsageError;
    }
  }
  LadderOptions page;
  page.style = console.style;
  for (const RunResult& result : merged.results) {
    // The parts have told of all others.
    for (const Violation& violation : result.violations) {
      if (violation.schedule.empty() && violation.judgement) {
        console.out << violation_report(result, violation, "", page) << '\n';
      }
    }
    if (result.verdict != Verdict::holds) {
      console.out << order_list(result, console.style);
    }
  }
  console.out << results_table(merged.results, console.style);
  const auto with_schedule =
      std::ranges::find_if(merged.results, [](const RunResult& r) { return !r.schedule.empty(); });
  if (with_schedule != merged.results.end()) {
    console.out << '\n' << replay_command(with_schedule->schedule) << '\n';
  }
  if (!options.json.empty()) {
    if (const auto error = write_text_file(results_json(merged.results, end), options.json)) {
      console.err << to_text(*error);
      return kUsageError;
    }
  }
  return end == CampaignEnd::interrupted ? kInterrupted : exit_code_of(merged.results);
}

}  // namespace

Verb add_merge(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("merge", kHelp);
  auto options = std::make_shared<MergeOptions>();
  verb->add_option("FILE", options->files, "results of the parts")->required();
  verb->add_option("--json", options->json, "write the results of the whole here");
  verb->add_option("--suppressions", options->suppressions,
                   "findings that no part has by itself and that are known (see 'onhook run')");
  verb->add_option(
      "--out", options->out,
      "folder for the schedules of findings that no part has by itself; else where the "
      "parts wrote theirs");
  return {verb, [options](const Engine&, Console& console) { return merge(*options, console); }};
}

}  // namespace onhook::cli
