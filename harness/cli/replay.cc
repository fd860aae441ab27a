// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "harness/cli/replaying.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Plays a schedule again and checks that it comes out the same, fact by fact.\n\n"
    "Exit code 1: it did, and the law of the schedule is violated again. 0: it did, and the\n"
    "schedule breaks no law. 3: it did not repeat.\n\n"
    "  onhook replay onhook-out/client_keeps_pc.sched --times 100";

struct ReplayOptions {
  std::string file;
  int times = 1;
  bool ladder = false;
};

int replay(const ReplayOptions& options, const Engine& engine, Console& console) {
  const auto read = read_schedule(options.file);
  if (const auto* error = std::get_if<Diagnostic>(&read)) {
    console.err << to_text(*error);
    return kUsageError;
  }
  const auto& schedule = std::get<Schedule>(read);
  const Replays replays = replay_times(schedule, options.times, engine, console);
  if (options.ladder && !replays.runs.empty()) {
    const Replays explained = replay_explained(schedule, engine, console);
    const ReplayResult& shown =
        explained.runs.empty() ? replays.runs.front() : explained.runs.front();
    console.out << report_of(shown, schedule, options.file, console.style, false) << '\n';
  }
  if (replays.interrupted) {
    console.out << fmt::format("interrupted after {} of {} replays\n", replays.runs.size(),
                               options.times);
    return kInterrupted;
  }
  if (const std::string complaint = replays.complaint(schedule); !complaint.empty()) {
    console.err << "onhook: not repeatable: " << complaint << '\n';
    return kHarnessFault;
  }
  const std::string times = options.times == 1 ? "once" : fmt::format("{} times", options.times);
  if (schedule.law.empty()) {
    console.out << fmt::format("replayed {}, identical: no law is violated\n", times);
    return 0;
  }
  console.out << fmt::format("replayed {}, identical: violated: {}\n", times, schedule.law);
  return 1;
}

}  // namespace

Verb add_replay(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("replay", kHelp);
  auto options = std::make_shared<ReplayOptions>();
  verb->add_option("FILE", options->file, "a schedule (.sched)")->required();
  verb->add_option("--times", options->times, "how often, each in a process of its own")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  verb->add_flag("--ladder", options->ladder, "print what happened");
  return {verb, [options](const Engine& engine, Console& console) {
            return replay(*options, engine, console);
          }};
}

}  // namespace onhook::cli
