// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "harness/report/text.h"

namespace onhook {
namespace {

std::string words_of(const Expectation& expectation) {
  if (expectation.verdict == Expected::holds) return "holds";
  return expectation.law.empty() ? "violated" : fmt::format("violated ({})", expectation.law);
}

std::string words_of(const RunResult& result) {
  if (!result.fault.empty()) return fmt::format("{} ({})", to_string(result.verdict), result.fault);
  std::string laws;
  for (const Violation& v : result.violations) laws += (laws.empty() ? "" : "; ") + v.law;
  return laws.empty() ? std::string(to_string(result.verdict))
                      : fmt::format("{} ({})", to_string(result.verdict), laws);
}

Comparison judge(const Expectation& expectation, const RunResult& result) {
  if (expectation.verdict == Expected::holds) {
    return result.verdict == Verdict::holds ? Comparison::as_expected
                                            : Comparison::unexpected_failure;
  }
  if (result.verdict == Verdict::holds) return Comparison::unexpected_pass;
  if (result.verdict != Verdict::violated) return Comparison::unexpected_failure;
  const auto broke = [&](const Violation& v) { return v.law == expectation.law; };
  const bool right_law = expectation.law.empty() ||
                         std::any_of(result.violations.begin(), result.violations.end(), broke);
  return right_law ? Comparison::as_expected : Comparison::wrong_law;
}

const char* to_string(Comparison comparison) {
  constexpr std::array kNames = {
      "as expected", "UNEXPECTED FAILURE", "UNEXPECTED PASS", "WRONG LAW", "MISSING", "UNLISTED"};
  return kNames.at(static_cast<std::size_t>(comparison));
}

}  // namespace

std::string without_alias(std::string_view target, const TargetAliases& aliases) {
  const std::size_t plus = std::min(target.find('+'), target.size());
  const auto it = aliases.find(target.substr(0, plus));
  if (it == aliases.end()) return std::string(target);
  return it->second + std::string(target.substr(plus));
}

bool names_scenario(std::string_view pattern, std::string_view path) {
  const auto p = std::filesystem::path(pattern).lexically_normal();
  const auto whole = std::filesystem::path(path).lexically_normal();
  auto a = p.end();
  auto b = whole.end();
  while (a != p.begin()) {
    if (b == whole.begin() || *--a != *--b) return false;
  }
  return p.begin() != p.end();
}

std::vector<LedgerRow> compare(const std::vector<Expectation>& expected,
                               const std::vector<RunResult>& results,
                               const TargetAliases& aliases) {
  std::vector<LedgerRow> rows;
  std::vector<bool> answered(expected.size(), false);
  for (const RunResult& result : results) {
    const std::string target = without_alias(result.target, aliases);
    bool listed = false;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (without_alias(expected[i].target, aliases) != target ||
          !names_scenario(expected[i].scenario, result.scenario)) {
        continue;
      }
      listed = answered[i] = true;
      rows.push_back({judge(expected[i], result), result.scenario, result.target,
                      fmt::format("expected {} ({}), got {}", words_of(expected[i]),
                                  expected[i].reason, words_of(result))});
    }
    if (!listed) {
      rows.push_back({Comparison::unlisted, result.scenario, result.target,
                      fmt::format("the ledger expects nothing, got {}", words_of(result))});
    }
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    if (answered[i]) continue;
    rows.push_back({Comparison::missing, expected[i].scenario, expected[i].target,
                    fmt::format("expected {} ({}), there is no result", words_of(expected[i]),
                                expected[i].reason)});
  }
  return rows;
}

bool all_as_expected(const std::vector<LedgerRow>& rows) {
  return std::all_of(rows.begin(), rows.end(), [](const LedgerRow& row) {
    return row.comparison == Comparison::as_expected;
  });
}

std::string ledger_report(const std::vector<LedgerRow>& rows, const Style& style) {
  std::string out;
  std::array<std::size_t, 6> counts{};
  for (const LedgerRow& row : rows) {
    ++counts.at(static_cast<std::size_t>(row.comparison));
    if (row.comparison == Comparison::as_expected) continue;
    out += fmt::format("{}  {} on {}\n", painted(style, Paint::red, to_string(row.comparison)),
                       one_line(row.scenario), one_line(row.target));
    for (const std::string& line :
         wrapped(one_line(row.text), static_cast<std::size_t>(style.width) - 4)) {
      out += "    " + line + '\n';
    }
  }
  out += fmt::format("ledger: {} as expected", counts[0]);
  for (std::size_t i = 1; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    std::string name = to_string(static_cast<Comparison>(i));
    std::transform(name.begin(), name.end(), name.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    out += fmt::format(", {} {}", counts[i], name);
  }
  return out + '\n';
}

}  // namespace onhook
