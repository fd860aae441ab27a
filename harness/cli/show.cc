// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "harness/cli/replaying.h"
#include "harness/cli/revisions.h"
#include "harness/report/text.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Plays a schedule once and prints what happened: a lane a thread, virtual time, the failing\n"
    "step marked.\n\n"
    "Exit code 0: shown. 3: the schedule did not repeat; what is shown is not what it stands "
    "for.\n\n"
    "  onhook show onhook-out/client_keeps_pc.sched --all";

struct ShowOptions {
  std::string file;
  int width = 0;
  bool all = false;
};

int show(const ShowOptions& options, const Engine& engine, Console& console) {
  const auto read = read_schedule(options.file);
  if (const auto* error = std::get_if<Diagnostic>(&read)) {
    console.err << to_text(*error);
    return kUsageError;
  }
  const auto& schedule = std::get<Schedule>(read);
  const Replays replays = replay_explained(schedule, engine, console);
  if (replays.runs.empty()) return kInterrupted;
  Style style = console.style;
  if (options.width > 0) style.width = options.width;
  if (!schedule.order.empty()) console.out << "order     " << joined(schedule.order) << "\n";
  console.out << fmt::format("choices   {}, seed {}\n\n", with_thousands(schedule.choices.size()),
                             schedule.seed);
  console.out << report_of(replays.runs.front(), schedule, options.file, style, options.all)
              << std::flush;
  if (const std::string complaint = replays.complaint(schedule); !complaint.empty()) {
    console.err << "onhook: not repeatable: " << complaint << '\n';
    return kHarnessFault;
  }
  return 0;
}

}  // namespace

Verb add_show(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("show", kHelp);
  auto options = std::make_shared<ShowOptions>();
  verb->add_option("FILE", options->file, "a schedule (.sched)")->required();
  verb->add_flag("--all", options->all, "log lines and everything before and after, too");
  verb->add_option("--width", options->width, "columns")->check(CLI::Range(60, 400));
  add_no_sandbox(*verb);
  return {verb, [options](const Engine& engine, Console& console) {
            return show(*options, engine, console);
          }};
}

}  // namespace onhook::cli
