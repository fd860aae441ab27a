// SPDX-License-Identifier: GPL-3.0-or-later
// Laying out plain text in columns. Widths count code points of UTF-8 (a wide or combining
// character counts as one).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/ids.h"

namespace onhook {

/// One line for people: control characters become '?', a line end or tab a blank.
std::string one_line(std::string_view text);

std::size_t width_of(std::string_view text);
/// At most `width` columns; what was cut shows as "..." at the end.
std::string clipped(std::string_view text, std::size_t width);
/// `text` and blanks up to `width`; longer text stays as it is.
std::string padded(std::string_view text, std::size_t width);
/// Lines of at most `width` > 0 columns, broken at blanks, within a word only when it is longer
/// than a line. At least one line.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// "1,234,567".
std::string with_thousands(std::uint64_t n);
/// A duration of virtual time: "30 s", "1.5 s", "200 ms", "3 us".
std::string duration_text(TimeNs time);
/// A duration of real time for a table: "0.4 s", "73 s", "12 min 5 s".
std::string seconds_text(double seconds);
/// Whether a pattern means this name; one that ends in '*' means all that begin so.
bool pattern_fits(std::string_view pattern, std::string_view name);
/// "a, b, c".
std::string joined(const std::vector<std::string>& names);

}  // namespace onhook
