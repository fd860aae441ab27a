// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "harness/cli/debugging.h"
#include "harness/cli/replaying.h"
#include "harness/cli/revisions.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Plays a schedule again and checks that it comes out the same, fact by fact.\n\n"
    "Exit code 1: it did, and the law of the schedule is violated again. 0: it did, and the\n"
    "schedule breaks no law. 3: it did not repeat.\n\n"
    "--gdb stops in gdb where the law breaks, or at --at, in the fiber that takes that step. "
    "There,\n"
    "`onhook fibers` lists the others, `onhook fiber N` shows one's stack, and `onhook step`, "
    "`back`\n"
    "and `at` go to other steps, earlier ones too. --rr records the replay with rr, or says why "
    "rr\n"
    "cannot on this machine. --tsan plays it under the real ThreadSanitizer instead, and compares "
    "its\nraces with ours.\n\n"
    "  onhook replay onhook-out/client_keeps_pc.sched --times 100\n"
    "  onhook replay onhook-out/client_keeps_pc.sched --gdb --back 3";

struct ReplayOptions {
  std::string file;
  int times = 1;
  bool ladder = false;
  bool gdb = false;
  GdbRequest request;
  bool rr = false;
  bool tsan = false;
  bool here = false;
  bool debuggee = false;
};

int replay(const ReplayOptions& options, const Engine& engine, Console& console) {
  const auto read = read_schedule(options.file);
  if (const auto* error = std::get_if<Diagnostic>(&read)) {
    console.err << to_text(*error);
    return kUsageError;
  }
  const auto& schedule = std::get<Schedule>(read);
  if (options.gdb) return become_gdb(options.request, options.file, console);
  if (options.rr) return become_rr(options.file, console);
  if (options.tsan) return become_onhook_tsan(options.file, console);
  Replays replays;
  if (options.debuggee) {
    replays.runs.push_back(engine.debug_replay(schedule));
  } else if (options.here) {
    replays.runs.push_back(engine.replay(schedule));
  } else {
    replays = replay_times(schedule, options.times, engine, console);
  }
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
  if (schedule.law.empty() && !schedule.shows.empty()) {
    console.out << fmt::format("replayed {}, identical: shows {}\n", times, schedule.shows);
    return 0;
  }
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
  CLI::Option* gdb = verb->add_flag("--gdb", options->gdb, "play it in gdb");
  verb->add_option("--at", options->request.at, "with --gdb: stop at this step")->needs(gdb);
  verb->add_option("--back", options->request.back, "with --gdb: then go so many steps back")
      ->needs(gdb);
  verb->add_option("--ex", options->request.commands,
                   "with --gdb: run this gdb command there, and end; can be repeated")
      ->needs(gdb)
      ->allow_extra_args(false);
  CLI::Option* rr = verb->add_flag("--rr", options->rr, "record it with rr")->excludes(gdb);
  verb->add_flag("--tsan", options->tsan, "play it in onhook-tsan")->excludes(gdb)->excludes(rr);
  verb->add_flag("--here", options->here, "once, in this very process: for recorders");
  add_no_sandbox(*verb);
  verb->add_flag("--debuggee", options->debuggee, "as --gdb starts it")->group("");
  return {verb, [options](const Engine& engine, Console& console) {
            return replay(*options, engine, console);
          }};
}

}  // namespace onhook::cli
