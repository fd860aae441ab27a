// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <filesystem>

#include "harness/base/text_file.h"
#include "harness/cli/command.h"
#include "harness/report/json.h"
#include "harness/scenario/compiler.h"
#include "harness/scenario/format.h"

namespace onhook::cli {
namespace {

constexpr const char* kHelp =
    "Writes the skeleton of a scenario that runs as it is, to be changed line by line.\n\n"
    "  onhook new bye_during_hold\n"
    "  onhook new scenarios/transfer/bye_during_hold.scn";

constexpr const char* kSkeleton = R"(# SPDX-License-Identifier: GPL-3.0-or-later
scenario {}
  "Say here in one sentence what holds whatever the order."
  # see janus#NUMBER

# Who takes part. A browser has a handle and a PeerConnection; a sip_peer is the other end.
actor  alice  browser
actor  bob    sip_peer
thread sofia  janus_sip_sofia_thread      # threads of the plugin, by their entry function

# The state before the race. It is reached in one fixed way and not explored.
given  call alice -> bob with audio, media flowing

# What they do by themselves, and in answer. A window is a choice: all orders it allows are tried.
alice  after 30s closes pc
bob    on BYE replies 200 within 0s..2s

# Operations that race. Each has to be reached; an order holds one back until another has happened.
event  hangup      alice requests hangup
event  terminated  sofia delivers nua_i_state, callstate terminated

order  every of hangup, terminated

# Laws of this scenario. The general ones (onhook explain) are asked anyway.
never    dtls_alert(alice)
finally  pc(alice).close_reason == "Close PC"
settles  within 35s
)";

int write_new(const std::string& wanted, Console& console) {
  std::filesystem::path path = wanted;
  if (path.extension() != ".scn") path += ".scn";
  const std::string name = path.stem();  // "scenarios/hold/bye.scn" and "bye" both mean "bye"
  const std::string text = format_scenario(fmt::format(kSkeleton, name));
  if (const CompileResult compiled = compile_scenario(text, path); !compiled.scenario) {
    return usage_error(console,
                       fmt::format("'{}' is no name for a scenario: {}", name,
                                   compiled.diagnostics.front().message),
                       "a name is a letter, then letters, digits and '_'");
  }
  if (std::filesystem::exists(path)) {
    return usage_error(console, fmt::format("there is a '{}' already", path.string()));
  }
  if (const auto error = write_text_file(text, path)) {
    console.err << to_text(*error);
    return kUsageError;
  }
  console.out << fmt::format("written   {0}\nonhook lint {0}\nonhook run {0} --target stable\n",
                             path.string());
  return 0;
}

}  // namespace

Verb add_new(CLI::App& app) {
  CLI::App* verb = app.add_subcommand("new", kHelp);
  auto name = std::make_shared<std::string>();
  verb->add_option("NAME", *name, "the scenario's name, or where to write it")->required();
  return {verb, [name](const Engine&, Console& console) { return write_new(*name, console); }};
}

}  // namespace onhook::cli
