// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/known_differences.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/base/text_file.h"
#include "harness/report/text.h"

namespace onhook {
namespace {

using Json = nlohmann::json;

KnownDifference entry_from(const Json& json) {
  KnownDifference out;
  const std::map<std::string, std::string*> members = {
      {"scenario", &out.scenario}, {"target", &out.target}, {"observer", &out.observer},
      {"stack", &out.stack},       {"real", &out.real},     {"fake", &out.fake},
      {"reason", &out.reason}};
  for (const auto& [key, value] : json.items()) {
    const auto member = members.find(key);
    if (member == members.end())
      throw std::invalid_argument(fmt::format("there is no key \"{}\"", key));
    value.get_to(*member->second);
  }
  if (out.reason.empty()) throw std::invalid_argument("\"reason\" is missing");
  if (out.stack != "*" && out.stack != "sofia" && out.stack != "server")
    throw std::invalid_argument("\"stack\" is \"sofia\" or \"server\"");
  if (out.real.empty() && out.fake.empty())
    throw std::invalid_argument("\"real\" or \"fake\" is needed");
  return out;
}

}  // namespace

bool KnownDifference::is_about(std::string_view of_scenario, std::string_view of_target,
                               std::string_view of_stack) const {
  return pattern_fits(scenario, of_scenario) && pattern_fits(target, of_target) &&
         pattern_fits(stack, of_stack);
}

std::string KnownDifference::text() const {
  const auto quoted = [](const std::string& words) {
    return words.empty() ? "nothing" : '"' + words + '"';
  };
  return fmt::format("{}: real {}, fake {}", observer, quoted(real), quoted(fake));
}

std::variant<std::vector<KnownDifference>, Diagnostic> parse_known_differences(
    std::string_view text, std::string_view file) {
  std::size_t number = 0;
  try {
    const Json json = Json::parse(text);
    std::vector<KnownDifference> out;
    for (const Json& entry : json.at("differences")) {
      ++number;
      out.push_back(entry_from(entry));
    }
    return out;
  } catch (const std::exception& error) {  // Json::exception is one
    if (number == 0) return complaint(file, fmt::format("no known differences: {}", error.what()));
    return complaint(file, fmt::format("difference {}: {}", number, error.what()));
  }
}

std::variant<std::vector<KnownDifference>, Diagnostic> read_known_differences(
    const std::string& path) {
  const auto read = read_text_file(path);
  if (const auto* error = std::get_if<Diagnostic>(&read)) return *error;
  return parse_known_differences(std::get<std::string>(read), path);
}

KnownDifferences::KnownDifferences(const std::vector<KnownDifference>& all,
                                   std::string_view scenario, std::string_view target,
                                   std::string_view stack) {
  std::ranges::copy_if(all, std::back_inserter(differences_), [&](const KnownDifference& one) {
    return one.is_about(scenario, target, stack);
  });
  used_.resize(differences_.size());
}

std::string KnownDifferences::in_words_of_fakes(const std::string& observer, std::string what) {
  for (std::size_t i = 0; i < differences_.size(); ++i) {
    const KnownDifference& known = differences_[i];
    if (known.real.empty() || !pattern_fits(known.real, what) ||
        !pattern_fits(known.observer, observer))
      continue;
    ++used_[i];
    return known.fake;
  }
  return what;
}

std::vector<Seen> KnownDifferences::real(const std::vector<Seen>& seen) {
  std::vector<Seen> out;
  for (Seen one : seen) {
    one.what = in_words_of_fakes(one.observer, std::move(one.what));
    if (!one.what.empty()) out.push_back(std::move(one));
  }
  return out;
}

OutsideView KnownDifferences::real(const OutsideView& view) {
  OutsideView out;
  for (const auto& [observer, words] : view) {
    for (const std::string& word : words) {
      std::string what = in_words_of_fakes(observer, word);
      if (!what.empty()) out[observer].push_back(std::move(what));
    }
  }
  return out;
}

OutsideView KnownDifferences::fake(OutsideView view) {
  for (std::size_t i = 0; i < differences_.size(); ++i) {
    const KnownDifference& known = differences_[i];
    if (!known.real.empty()) continue;
    for (auto& [observer, words] : view)
      if (pattern_fits(known.observer, observer)) used_[i] += std::erase(words, known.fake);
  }
  std::erase_if(view, [](const auto& one) { return one.second.empty(); });
  return view;
}

std::string KnownDifferences::unused_report() const {
  std::string out;
  for (std::size_t i = 0; i < differences_.size(); ++i)
    if (used_[i] == 0)
      out += fmt::format("known difference fits nothing: {}\n", differences_[i].text());
  return out;
}

}  // namespace onhook
