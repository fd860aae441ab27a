// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/suppressions.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/base/text_file.h"
#include "harness/report/text.h"

namespace onhook {
namespace {

using Json = nlohmann::json;

/// Can each pattern have a function of its own? Few of either, so all ways are tried.
bool all_fit(const std::vector<std::string>& patterns, std::vector<std::string> names) {
  if (patterns.size() > names.size()) return false;
  std::ranges::sort(names);
  do {
    if (std::equal(patterns.begin(), patterns.end(), names.begin(), pattern_fits)) return true;
  } while (std::ranges::next_permutation(names).found);
  return false;
}

Suppression entry_from(const Json& json) {
  Suppression out;
  for (const auto& [key, value] : json.items()) {
    if (key == "law") {
      out.law = value;
    } else if (key == "functions") {
      out.functions = value.get<std::vector<std::string>>();
    } else if (key == "object") {
      out.object = value;
    } else if (key == "reason") {
      out.reason = value;
    } else {
      throw std::invalid_argument(fmt::format("there is no key \"{}\"", key));
    }
  }
  if (out.law.empty()) throw std::invalid_argument("\"law\" is missing");
  if (out.reason.empty()) throw std::invalid_argument("\"reason\" is missing");
  if (out.functions.empty() && out.object.empty()) {
    throw std::invalid_argument("\"functions\" or \"object\" is needed");
  }
  return out;
}

}  // namespace

bool Suppression::fits(std::string_view of_law, const std::vector<std::string>& innermost,
                       std::string_view of_object) const {
  if (law != of_law || (!object.empty() && !pattern_fits(object, of_object))) return false;
  return functions.empty() || all_fit(functions, innermost);
}

bool is_suppressed(const std::vector<Suppression>& suppressions, std::string_view law,
                   const std::vector<std::string>& innermost, std::string_view object,
                   std::vector<std::uint64_t>& used) {
  used.resize(std::max(used.size(), suppressions.size()));
  bool fits = false;
  for (std::size_t i = 0; i < suppressions.size(); ++i) {
    if (!suppressions[i].fits(law, innermost, object)) continue;
    ++used[i];
    fits = true;
  }
  return fits;
}

std::string cause_text(std::string_view law, std::vector<std::string> innermost,
                       std::string_view object) {
  std::ranges::sort(innermost);  // whichever came first
  return fmt::format("{} of {} on {}", law, fmt::join(innermost, " and "), object);
}

std::string Suppression::text() const {
  std::string text = law;
  if (!functions.empty()) text += fmt::format(" of {}", fmt::join(functions, " and "));
  if (!object.empty()) text += " on " + object;
  return text;
}

std::variant<std::vector<Suppression>, Diagnostic> parse_suppressions(std::string_view text,
                                                                      std::string_view file) {
  std::size_t number = 0;
  try {
    const Json json = Json::parse(text);
    std::vector<Suppression> out;
    for (const Json& entry : json.at("suppressions")) {
      ++number;
      out.push_back(entry_from(entry));
    }
    return out;
  } catch (const std::exception& error) {  // Json::exception is one
    if (number == 0) return complaint(file, fmt::format("no suppressions: {}", error.what()));
    return complaint(file, fmt::format("suppression {}: {}", number, error.what()));
  }
}

std::variant<std::vector<Suppression>, Diagnostic> read_suppressions(const std::string& path) {
  const auto read = read_text_file(path);
  if (const auto* error = std::get_if<Diagnostic>(&read)) return *error;
  return parse_suppressions(std::get<std::string>(read), path);
}

std::string unused_report(const std::vector<Suppression>& suppressions,
                          const std::vector<std::uint64_t>& used) {
  std::string out;
  for (std::size_t i = 0; i < suppressions.size(); ++i) {
    if (i < used.size() && used[i] > 0) continue;
    out += fmt::format("suppression fits nothing: {}\n", suppressions[i].text());
  }
  return out;
}

}  // namespace onhook
