// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "harness/base/check.h"

namespace onhook {
namespace {

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

// Bytes of the first `width` characters.
std::size_t bytes_of(std::string_view text, std::size_t width) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins_character(text[i]) && seen++ == width) return i;
  }
  return text.size();
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n' || c == '\t') {
      c = ' ';
    } else if (byte < 0x20 || byte == 0x7f) {
      c = '?';
    }
  }
  return out;
}

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string clipped(std::string_view text, std::size_t width) {
  if (width_of(text) <= width) return std::string(text);
  if (width <= 3) return std::string(text.substr(0, bytes_of(text, width)));
  return std::string(text.substr(0, bytes_of(text, width - 3))) + "...";
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t w = width_of(text);
  return std::string(text) + std::string(w < width ? width - w : 0, ' ');
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  ONHOOK_CHECK(width > 0, "no room to wrap text in");
  std::vector<std::string> lines;
  while (width_of(text) > width) {
    const std::size_t room = bytes_of(text, width);
    std::size_t at = text.rfind(' ', room);
    if (at == std::string_view::npos || at == 0) at = room;
    lines.emplace_back(text.substr(0, at));
    text.remove_prefix(at);
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::string with_thousands(std::uint64_t n) {
  std::string out = std::to_string(n);
  for (std::size_t i = out.size(); i > 3; i -= 3) out.insert(i - 3, ",");
  return out;
}

std::string duration_text(TimeNs time) {
  if (time >= 1'000'000'000) return fmt::format("{:.4g} s", static_cast<double>(time) / 1e9);
  if (time >= 1'000'000) return fmt::format("{:.4g} ms", static_cast<double>(time) / 1e6);
  return fmt::format("{:.4g} us", static_cast<double>(time) / 1e3);
}

std::string seconds_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 120) return fmt::format("{} s", whole);
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

bool pattern_fits(std::string_view pattern, std::string_view name) {
  if (pattern.ends_with('*')) return name.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == name;
}

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace onhook
