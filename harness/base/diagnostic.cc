// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/base/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <vector>

namespace onhook {
namespace {

char lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string printable(std::string_view line) {
  std::string out(line);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) c = '?';
  }
  return out;
}

bool continues_utf8(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Blanks as wide as `before`, then the underline of the bytes that `under` holds.
std::string caret_line(std::string_view before, std::string_view under) {
  std::string out;
  for (char c : before) {
    if (!continues_utf8(c)) out += c == '\t' ? '\t' : ' ';
  }
  out += '^';
  for (char c : under.substr(std::min<std::size_t>(1, under.size()))) {
    if (!continues_utf8(c)) out += '~';
  }
  return out;
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

}  // namespace

Diagnostic complaint(std::string_view file, std::string message) {
  Diagnostic d;
  d.file = file;
  d.message = std::move(message);
  return d;
}

std::string to_text(const Diagnostic& d, std::string_view kind) {
  std::string place = d.file;
  if (d.line > 0) place += fmt::format(":{}", d.line);
  if (d.line > 0 && d.column > 0) place += fmt::format(":{}", d.column);
  std::string out = fmt::format("{}: {}: {}\n", place, kind, d.message);
  if (d.line > 0) {
    out += fmt::format("  {}\n", printable(d.source_line));
    if (d.column > 0) {
      const std::string_view line = d.source_line;
      const auto from = std::min(static_cast<std::size_t>(d.column - 1), line.size());
      const auto width = static_cast<std::size_t>(std::max(d.width, 1));
      out += fmt::format("  {}\n", caret_line(line.substr(0, from), line.substr(from, width)));
    }
  }
  if (!d.suggestion.empty()) out += d.suggestion + "\n";
  return out;
}

std::string_view closest_word(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = std::max<std::size_t>(1, (word.size() + 1) / 3) + 1;
  for (std::string_view candidate : candidates) {
    const std::size_t d = distance(word, candidate);
    if (d < best_distance) {
      best = candidate;
      best_distance = d;
    }
  }
  return best;
}

}  // namespace onhook
