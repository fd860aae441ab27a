// SPDX-License-Identifier: GPL-3.0-or-later
// onhook-e2e: plays a scenario with a real server and says whether its laws held. scripts/e2e
// builds the servers and calls it.
#include <sys/prctl.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <random>

#include "e2e/failure.h"
#include "e2e/main_loop.h"
#include "e2e/play.h"
#include "harness/base/text_file.h"
#include "harness/scenario/compiler.h"

namespace {

using namespace onhook;
using namespace onhook::e2e;

constexpr int kHolds = 0;
constexpr int kViolated = 1;
constexpr int kUsageError = 2;
constexpr int kFailed = 3;
constexpr int kVacuous = 4;

struct Arguments {
  std::string scenario;
  ServerFiles server;
  std::string target;
  std::string trace;
  bool luck = false;
  unsigned trials = 3;
  std::uint64_t seed = std::random_device{}();
  PlayOptions options;
};

void print(const Arguments& arguments, unsigned trial, const PlayResult& result) {
  std::string verdict = "holds";
  if (!result.violations.empty()) verdict = "violated";
  if (!result.order_asked_for) verdict = "another order";
  if (!result.missing.empty()) verdict = "vacuous";
  std::cout << fmt::format(
      "{}  trial {} of {}: {}, PeerConnection closed: {}, order {}, {:.1f} s\n", arguments.target,
      trial + 1, arguments.trials, verdict,
      result.close_reason.empty() ? "never" : result.close_reason, result.order, result.seconds);
  for (const std::string& event : result.missing) std::cout << "    never seen: " << event << '\n';
  for (const LawViolation& v : result.violations)
    std::cout << "    law   " << v.law << "\n    seen  " << v.message << '\n';
  std::cout.flush();
}

int run(const Arguments& arguments) {
  const CompileResult compiled = load_scenario(arguments.scenario);
  for (const Diagnostic& d : compiled.diagnostics) std::cerr << to_text(d);
  if (!compiled.scenario) return kUsageError;
  if (const auto reason = why_not(*compiled.scenario)) {
    std::cerr << "onhook-e2e: error: " << arguments.scenario
              << " cannot be played with the real server: " << *reason << '\n';
    return kUsageError;
  }
  bool judged = false;
  for (unsigned trial = 0; trial < arguments.trials; ++trial) {
    const Latencies latencies = arguments.luck ? Latencies(arguments.seed + trial, 0, 1)
                                               : Latencies(arguments.seed, trial, arguments.trials);
    PlayResult result = play(*compiled.scenario, arguments.server, latencies, arguments.options);
    result.observed.target = arguments.target;
    print(arguments, trial, result);
    if (!arguments.trace.empty())
      if (const auto error = write_text_file(trace_lines(result.observed), arguments.trace))
        throw Failure("{}", to_text(*error));
    if (!result.missing.empty() || !result.order_asked_for) continue;
    judged = true;
    if (!result.violations.empty()) return kViolated;
  }
  return judged ? kHolds : kVacuous;
}

}  // namespace

int main(int argc, char** argv) {
  // Ends with who started it, and takes the server along.
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  Arguments arguments;
  CLI::App app(
      "Plays a scenario with a real Janus server, trial after trial until a law breaks.\n\n"
      "Exit code 0: held in all. 1: violated. 2: usage or file error. 3: the server, the client "
      "or\n"
      "the SIP peer failed. 4: nothing was judged, the scenario's events were not reached.");
  app.add_option("scenario", arguments.scenario, "a scenario (.scn)")->required();
  app.add_option("--server", arguments.server.prefix, "where the server is installed")
      ->required()
      ->check(CLI::ExistingDirectory);
  app.add_option("--preload", arguments.server.preload, "loopback_interface.so")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--target", arguments.target, "its name, for what is printed");
  app.add_option("--trials", arguments.trials, "calls at most")->check(CLI::Range(1u, 100000u));
  app.add_option("--seed", arguments.seed, "of the latencies");
  app.add_option("--trace", arguments.trace, "write what was seen of the last call, as JSON lines");
  app.add_option("--log", arguments.server.log_file,
                 "write what the server of the last call printed");
  app.add_flag("--luck", arguments.luck,
               "each trial draws latencies from whole windows, whatever the others drew");
  app.add_option("--under", arguments.server.under,
                 "words of a command that runs the server: --under setarch --under=-R");
  app.add_flag("--skip-idle", arguments.options.skip_idle,
               "do at once what an actor does after nothing has happened for a while");
  app.add_flag("--media", arguments.options.media_goes_on, "media flows as long as the call lasts");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageError;
  }
  // The server runs in another folder.
  for (std::string* path : {&arguments.server.prefix, &arguments.server.preload})
    *path = std::filesystem::absolute(*path);
  try {
    catch_signals();
    return run(arguments);
  } catch (const std::exception& error) {
    std::cerr << fmt::format("onhook-e2e: error: {}{}{}\n", arguments.target,
                             arguments.target.empty() ? "" : ": ", error.what());
    return kFailed;
  }
}
