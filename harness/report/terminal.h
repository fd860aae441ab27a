// SPDX-License-Identifier: GPL-3.0-or-later
// How a report looks where it is printed: its width, and whether colours are wanted. Reports
// themselves never ask the terminal; they are given a Style, so that tests and files get the same
// text every time.
#pragma once

#include <string>
#include <string_view>

namespace onhook {

enum class Colours { off, on };

struct Style {
  int width = 110;  ///< columns; at least 60
  Colours colours = Colours::off;
};

/// For a file descriptor: colours on a terminal, unless NO_COLOR is set and not empty
/// (no-color.org) or TERM is "dumb"; the terminal's width between 100 and 160, else 110.
Style style_for(int fd);

enum class Paint { bold, dim, red, green, yellow };

/// The text between the escape codes of `paint`; as it is when colours are off.
std::string painted(const Style& style, Paint paint, std::string_view text);

}  // namespace onhook
