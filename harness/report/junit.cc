// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <sstream>

#include "harness/report/ladder.h"
#include "harness/report/results.h"

namespace onhook {
namespace {

/// XML 1.0 section 2.2 allows of the control characters only three.
std::string allowed(const std::string& raw) {
  using nlohmann::json;
  const std::string quoted = json(raw).dump(-1, ' ', false, json::error_handler_t::replace);
  auto text = json::parse(quoted).get<std::string>();  // UTF-8 now
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') c = '?';
  }
  return text;
}

struct Judged {
  bool green = false;
  std::string why;  ///< one line
};

std::string headline(const RunResult& result) {
  std::string text = to_string(result.verdict);
  if (!result.fault.empty()) return text + ": " + result.fault;
  if (!result.violations.empty()) return text + ": " + result.violations.front().law;
  return text;
}

Judged judged(const RunResult& result, const std::vector<LedgerRow>& rows) {
  const auto is_its_row = [&](const LedgerRow& row) {
    return row.scenario == result.scenario && row.target == result.target;
  };
  const auto row = std::ranges::find_if(rows, is_its_row);
  if (row == rows.end()) return {result.verdict == Verdict::holds, headline(result)};
  return {row->comparison == Comparison::as_expected, row->text};
}

std::string details(const RunResult& result) {
  std::string text;
  for (const Violation& violation : result.violations) {
    text += violation_report(result, violation, violation.schedule, {}) + "\n";
  }
  return text + order_list(result, {});
}

std::string search_of(const RunResult& result) {
  return fmt::format("{}, {} executions, {}", to_string(result.verdict), result.executions,
                     result.complete ? "complete" : result.bound);
}

void add_case(pugi::xml_node suite, const RunResult& result, const Judged& judged) {
  pugi::xml_node one = suite.append_child("testcase");
  one.append_attribute("classname") = allowed(result.scenario).c_str();
  one.append_attribute("name") = allowed(result.target).c_str();
  one.append_attribute("time") = fmt::format("{:.3f}", result.seconds).c_str();
  if (!judged.green) {
    const bool fault = result.verdict == Verdict::harness_fault;
    pugi::xml_node failure = one.append_child(fault ? "error" : "failure");
    failure.append_attribute("type") = to_string(result.verdict);
    failure.append_attribute("message") = allowed(judged.why).c_str();
    failure.text() = allowed(details(result)).c_str();
  }
  std::string output = search_of(result);
  if (judged.green && result.verdict != Verdict::holds) output += "\nas expected: " + judged.why;
  one.append_child("system-out").text() = allowed(output).c_str();
}

/// What the ledger expects and nobody ran.
void add_missing(pugi::xml_node suite, const LedgerRow& row) {
  pugi::xml_node one = suite.append_child("testcase");
  one.append_attribute("classname") = allowed(row.scenario).c_str();
  one.append_attribute("name") = allowed(row.target).c_str();
  pugi::xml_node failure = one.append_child("failure");
  failure.append_attribute("type") = "missing";
  failure.append_attribute("message") = allowed(row.text).c_str();
}

void count(pugi::xml_node suite, double seconds) {
  int tests = 0, failures = 0, errors = 0;
  for (const pugi::xml_node one : suite.children("testcase")) {
    ++tests;
    if (one.child("failure")) ++failures;
    if (one.child("error")) ++errors;
  }
  suite.append_attribute("tests") = tests;
  suite.append_attribute("failures") = failures;
  suite.append_attribute("errors") = errors;
  suite.append_attribute("time") = fmt::format("{:.3f}", seconds).c_str();
}

}  // namespace

std::string results_junit(const std::vector<RunResult>& results,
                          const std::vector<LedgerRow>& rows) {
  pugi::xml_document document;
  pugi::xml_node suites = document.append_child("testsuites");
  suites.append_attribute("name") = "onhook";
  std::vector<std::string> scenarios;
  for (const RunResult& r : results) {
    if (std::ranges::find(scenarios, r.scenario) == scenarios.end()) {
      scenarios.push_back(r.scenario);
    }
  }
  for (const std::string& scenario : scenarios) {
    pugi::xml_node suite = suites.append_child("testsuite");
    suite.append_attribute("name") = allowed(scenario).c_str();
    double seconds = 0;
    for (const RunResult& result : results) {
      if (result.scenario != scenario) continue;
      add_case(suite, result, judged(result, rows));
      seconds += result.seconds;
    }
    count(suite, seconds);
  }
  pugi::xml_node missing;
  for (const LedgerRow& row : rows) {
    if (row.comparison != Comparison::missing) continue;
    if (!missing) {
      missing = suites.append_child("testsuite");
      missing.append_attribute("name") = "missing";
    }
    add_missing(missing, row);
  }
  if (missing) count(missing, 0);
  std::ostringstream text;
  document.save(text, "  ");
  return text.str();
}

}  // namespace onhook
