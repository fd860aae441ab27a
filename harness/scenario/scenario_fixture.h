// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of this folder share: texts of scenarios, and compiling them without a file.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "harness/base/diagnostic.h"
#include "harness/scenario/compiler.h"

namespace onhook::testing_support {

/// What every scenario about a call needs; tests add their lines below it.
inline constexpr std::string_view kCall =
    "scenario a_call\n"
    "actor alice browser\n"
    "actor bob sip_peer\n"
    "thread relay janus_sip_relay_thread\n"
    "thread sofia janus_sip_sofia_thread\n"
    "given call alice -> bob with audio\n"
    "settles within 35s\n";

inline constexpr std::string_view kEventAndLaw =
    "event hangup alice requests hangup\n"
    "never dtls_alert(alice)\n";

inline std::string messages_of(const CompileResult& result) {
  std::string said;
  for (const Diagnostic& d : result.diagnostics) said += to_text(d);
  return said;
}

/// Compiles `text`; a text that is refused fails the test and gives an empty scenario.
inline CompiledScenario compiled(const std::string& text) {
  CompileResult result = compile_scenario(text, "test.scn");
  if (result.scenario) return *std::move(result.scenario);
  ADD_FAILURE() << messages_of(result);
  return {};
}

/// kCall, then `lines`.
inline CompiledScenario compiled_call(std::string_view lines) {
  return compiled(std::string(kCall) + std::string(lines));
}

/// kCall, an event and a law, then `lines`.
inline CompiledScenario compiled_complete(std::string_view lines) {
  return compiled(std::string(kCall) + std::string(kEventAndLaw) + std::string(lines));
}

}  // namespace onhook::testing_support
