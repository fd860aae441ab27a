// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/asan/named_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace onhook {
namespace {

constexpr std::array<std::pair<Agreement, std::string_view>, 4> kAgreements = {{
    {Agreement::both, "both"},
    {Agreement::only_asan, "only ASan"},
    {Agreement::asked, "only ours: asked"},
    {Agreement::no_poison, "only ours: no poison"},
}};

}  // namespace

std::string_view word_of(Misuse misuse) {
  switch (misuse) {
    case Misuse::use_after_free:
      return "use after free";
    case Misuse::out_of_bounds:
      return "out of bounds";
    case Misuse::double_free:
      return "double free";
    case Misuse::wrong_free:
      return "wrong free";
    case Misuse::elsewhere:
      return "outside of the heap";
  }
  return "";
}

std::string_view word_of(Agreement agreement) {
  return std::ranges::find(kAgreements, agreement, [](const auto& line) { return line.first; })
      ->second;
}

bool needs_reason(Agreement agreement) {
  return agreement == Agreement::only_asan || agreement == Agreement::no_poison;
}

std::string to_line(const NamedError& error) {
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}", word_of(error.agreement), error.cause, error.deed,
                     error.object, error.allocated, error.freed);
}

NamedError error_of_line(std::string_view line) {
  std::array<std::string, 6> fields;
  for (std::string& field : fields) {
    const std::size_t tab = std::min(line.find('\t'), line.size());
    field = line.substr(0, tab);
    line.remove_prefix(std::min(tab + 1, line.size()));
  }
  const auto agreement =
      std::ranges::find(kAgreements, fields[0], [](const auto& l) { return l.second; });
  return {agreement->first, fields[1], fields[2], fields[3], fields[4], fields[5]};
}

}  // namespace onhook
