// SPDX-License-Identifier: GPL-3.0-or-later
// onhook-tsan: schedules under the real libtsan, and its reports beside ours (TSAN.md).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>

#include "harness/host/process_image.h"
#include "harness/report/explained_differences.h"
#include "harness/tsan/play.h"
#include "harness/tsan/runtime.h"

namespace onhook {
namespace {

constexpr const char* kHelp =
    "Plays schedules under the real ThreadSanitizer, every thread a TSan fiber, told of the\n"
    "code's own synchronisation and nothing else. Prints the races that it reports; with\n"
    "--compare beside those of onhook's own judge in the same execution.\n\n"
    "  onhook-tsan onhook-out/race_counter.sched --compare\n"
    "  onhook-tsan scenarios/hangup/client_keeps_pc.scn --target 1.4.1 --executions 10";

constexpr const char* kExitCodes =
    "Exit codes: 0 no race; with --compare: no difference without an explanation. 1 otherwise.\n"
    "2 usage or file error, 3 it could not be played as the schedule says.";

constexpr int kUsageError = 2;
constexpr int kFault = 3;

struct Options {
  std::string file;
  std::string target;
  std::uint64_t executions = 0;
  std::uint64_t seed = 1;
  bool compare = false;
  std::string known;
  bool text = false;  ///< read before all the others
};

/// Each race once, with the number of executions that showed it.
using Races = std::map<NamedRace, std::uint64_t>;

void print(const NamedRace& race, std::uint64_t executions, const std::string* reason,
           const Options& options) {
  std::string heading;
  if (options.compare) heading = fmt::format("{}: ", word_of(race.difference));
  heading += race.cause.empty() ? "a race" : race.cause;
  if (executions > 1) heading += fmt::format(" ({} executions)", executions);
  std::cout << fmt::format("{}\n    {}\n    {}\n    object   {}\n", heading, race.earlier,
                           race.later, race.object);
  if (!options.compare) return;
  if (const std::string_view lost = what_it_lost(race.difference); !lost.empty()) {
    std::cout << "    because  libtsan agrees when asked about these two alone, but " << lost
              << '\n';
  } else if (reason != nullptr) {
    std::cout << "    because  " << *reason << '\n';
  } else if (needs_reason(race.difference)) {
    std::cout << "    NOT EXPLAINED\n";
  }
}

int report(const Races& races, const std::vector<ExplainedDifference>& known,
           const Options& options, const std::string& path) {
  const std::string scenario = std::filesystem::path(path).stem();
  bool bad = false;
  std::map<Difference, std::size_t> counts;
  for (const auto& [race, executions] : races) {
    const bool libtsans =
        race.difference == Difference::none || race.difference == Difference::only_libtsan;
    ++counts[race.difference];
    if (!options.compare && !libtsans) continue;
    const std::string* reason = reason_for(scenario, word_of(race.difference), race.cause, known);
    print(race, executions, reason, options);
    bad |= options.compare ? needs_reason(race.difference) && reason == nullptr : libtsans;
  }
  if (options.compare) {
    std::size_t only_ours = 0;
    std::string kinds;
    for (const auto& [difference, count] : counts) {
      if (!is_only_ours(difference)) continue;
      only_ours += count;
      kinds += fmt::format("{}{} {}", kinds.empty() ? " (" : ", ",
                           word_of(difference).substr(word_of(difference).find(':') + 2), count);
    }
    std::cout << fmt::format("{} both, {} only libtsan, {} only ours{}\n", counts[Difference::none],
                             counts[Difference::only_libtsan], only_ours,
                             kinds.empty() ? "" : kinds + ")");
  } else if (!bad) {
    std::cout << "libtsan reports no race\n";
  }
  return bad ? 1 : 0;
}

int usage_error(const std::string& message) {
  std::cerr << "onhook-tsan: error: " << message << '\n';
  return kUsageError;
}

int run(const Options& options) {
  PlayRequest request;
  std::vector<ExplainedDifference> known;
  if (!options.known.empty()) {
    auto read = read_explained_differences(options.known);
    if (const auto* error = std::get_if<Diagnostic>(&read)) return usage_error(to_text(*error));
    known = std::get<0>(std::move(read));
  }
  request.sample = !options.file.ends_with(".sched");
  if (request.sample) {
    request.schedule.scenario = options.file;
    request.schedule.target = options.target;
    request.schedule.seed = options.seed;
  } else {
    auto read = read_schedule(options.file);
    if (const auto* error = std::get_if<Diagnostic>(&read)) return usage_error(to_text(*error));
    request.schedule = std::get<Schedule>(std::move(read));
  }
  Races races;
  const std::uint64_t executions =
      request.sample ? std::max<std::uint64_t>(options.executions, 1) : 1;
  for (std::uint64_t i = 0; i < executions; ++i) {
    request.sample_seed = options.seed + i;
    const PlayResult result = play(request);
    for (const NamedRace& race : result.races) ++races[race];
    if (result.fault.empty()) continue;
    std::cerr << "onhook-tsan: " << result.fault << '\n';
    return kFault;
  }
  return report(races, known, options, request.schedule.scenario);
}

}  // namespace
}  // namespace onhook

int main(int argc, char** argv) {
  onhook::fix_process_image(argv);
  using namespace onhook;
  const bool text =
      std::any_of(argv, argv + argc, [](std::string_view a) { return a == "--text"; });
  libtsan::start(text ? libtsan::Text::shown : libtsan::Text::hidden);
  CLI::App app(kHelp, "onhook-tsan");
  app.footer(kExitCodes);
  Options options;
  app.add_option("FILE", options.file, "a schedule (.sched); or a scenario or C program to sample")
      ->required();
  app.add_option("--target", options.target, "to sample a scenario: the plugin");
  app.add_option("--executions", options.executions, "to sample: how many, each a process");
  app.add_option("--seed", options.seed, "to sample: of the first");
  app.add_flag("--compare", options.compare, "with what onhook's own judge says");
  app.add_option("--known", options.known, "differences that are known, with their reasons")
      ->needs("--compare");
  app.add_flag("--text", options.text, "and what libtsan prints itself, to standard error");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageError;
  }
  return run(options);
}
