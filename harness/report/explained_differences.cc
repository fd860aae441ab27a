// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/explained_differences.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

namespace onhook {
namespace {

constexpr std::array<std::string_view, 4> kFields = {"scenario", "difference", "cause", "because"};

}  // namespace

std::variant<std::vector<ExplainedDifference>, Diagnostic> read_explained_differences(
    const std::string& path) {
  std::ifstream file(path);
  const auto wrong = [&](int line, std::string message) {
    Diagnostic diagnostic;
    diagnostic.file = path;
    diagnostic.line = line;
    diagnostic.message = std::move(message);
    return diagnostic;
  };
  if (!file) return wrong(0, "cannot be read");
  std::vector<ExplainedDifference> known;
  std::size_t next = 0;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    const std::size_t blank = line.find(' ');
    if (blank == std::string::npos || line.substr(0, blank) != kFields[next]) {
      return wrong(number, fmt::format("'{}' and a text belong here", kFields[next]));
    }
    if (next == 0) known.emplace_back();
    ExplainedDifference& k = known.back();
    std::string* const fields[] = {&k.scenario, &k.difference, &k.cause, &k.reason};
    *fields[next] = line.substr(blank + 1);
    next = (next + 1) % kFields.size();
  }
  if (next != 0) return wrong(number, fmt::format("the last one has no '{}'", kFields[next]));
  return known;
}

const std::string* reason_for(std::string_view scenario, std::string_view difference,
                              std::string_view cause,
                              const std::vector<ExplainedDifference>& explained) {
  const auto it = std::ranges::find_if(explained, [&](const ExplainedDifference& e) {
    return e.scenario == scenario && e.difference == difference && e.cause == cause;
  });
  return it != explained.end() ? &it->reason : nullptr;
}

}  // namespace onhook
