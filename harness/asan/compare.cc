// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/asan/compare.h"

#include <fmt/format.h>

#include <filesystem>
#include <map>
#include <ostream>

namespace onhook {
namespace {

void print(const NamedError& error, std::uint64_t executions, const std::string* reason,
           std::ostream& out) {
  out << fmt::format("{}: {}", word_of(error.agreement), error.cause);
  if (executions > 1) out << fmt::format(" ({} executions)", executions);
  out << '\n';
  for (const std::string& line : {error.deed, error.allocated, error.freed}) {
    if (!line.empty()) out << "    " << line << '\n';
  }
  if (!error.object.empty()) out << "    object   " << error.object << '\n';
  if (error.agreement == Agreement::asked) {
    out << "    because  the runtime calls this memory poison when asked, but only accesses are "
           "put to it\n";
  } else if (reason != nullptr) {
    out << "    because  " << *reason << '\n';
  } else if (needs_reason(error.agreement)) {
    out << "    NOT EXPLAINED\n";
  }
}

}  // namespace

Compared compare(const ComparedPlays& comparison, std::ostream& out, std::ostream& err) {
  std::map<NamedError, std::uint64_t> errors;
  PlayRequest request = comparison.request;
  for (std::uint64_t i = 0; i < comparison.executions; ++i) {
    const PlayResult result = play_compared(request, comparison.text);
    ++request.sample_seed;
    for (const NamedError& error : result.errors) ++errors[error];
    if (result.fault.empty()) continue;
    err << "onhook-asan: " << result.fault << '\n';
    return Compared::not_played;
  }
  const std::string scenario = std::filesystem::path(request.schedule.scenario).stem();
  Compared compared = Compared::alike;
  std::map<Agreement, std::size_t> counts;
  for (const auto& [error, executions] : errors) {
    ++counts[error.agreement];
    const std::string* reason =
        reason_for(scenario, word_of(error.agreement), error.cause, comparison.known);
    print(error, executions, reason, out);
    if (needs_reason(error.agreement) && reason == nullptr) compared = Compared::different;
  }
  out << fmt::format("{} both, {} only ASan, {} only ours\n", counts[Agreement::both],
                     counts[Agreement::only_asan],
                     counts[Agreement::asked] + counts[Agreement::no_poison]);
  return compared;
}

}  // namespace onhook
