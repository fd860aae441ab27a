// SPDX-License-Identifier: GPL-3.0-or-later
// Findings of judges that are known and not to be told again, each with its reason: a file beside
// the ledger (ci/suppressions.json).
//
//   {"suppressions": [
//     {"law": "RACE", "functions": ["janus_sip_hangup", "janus_sip_relay_*"],
//      "object": "session->media.updated", "reason": "why it is left alone"}
//   ]}
//
// It fits a finding of that law whose object has that name and of whose deeds the innermost
// functions are these, in whichever order. A name that ends in '*' fits all that begin so;
// "functions" or "object" may be left out, not both. One that fits nothing is out of date, and said
// so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"

namespace onhook {

struct Suppression {
  std::string law;
  std::vector<std::string> functions;  ///< empty: any
  std::string object;                  ///< "": any
  std::string reason;

  /// `innermost`: of each deed the function it was done in, "" unknown.
  bool fits(std::string_view of_law, const std::vector<std::string>& innermost,
            std::string_view of_object) const;
  /// "RACE of f and g on x", for people.
  std::string text() const;
};

/// Whether any of them fits; each that does is counted in `used`, which is made as long as they
/// are.
bool is_suppressed(const std::vector<Suppression>& suppressions, std::string_view law,
                   const std::vector<std::string>& innermost, std::string_view object,
                   std::vector<std::uint64_t>& used);

/// What two reports of one root cause share: "RACE of f and g on x".
std::string cause_text(std::string_view law, std::vector<std::string> innermost,
                       std::string_view object);

std::variant<std::vector<Suppression>, Diagnostic> parse_suppressions(std::string_view text,
                                                                      std::string_view file);
std::variant<std::vector<Suppression>, Diagnostic> read_suppressions(const std::string& path);

/// Those that no run used, a line each; `used`: how often each was, summed over all runs.
std::string unused_report(const std::vector<Suppression>& suppressions,
                          const std::vector<std::uint64_t>& used);

}  // namespace onhook
