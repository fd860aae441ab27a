// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/terminal.h"

#include <fmt/format.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

namespace onhook {

Style style_for(int fd) {
  Style style;
  if (::isatty(fd) == 0) return style;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.width = std::clamp<int>(size.ws_col, 100, 160);
  }
  const char* no_color = ::getenv("NO_COLOR");
  const char* term = ::getenv("TERM");
  const bool refused = no_color != nullptr && *no_color != '\0';
  const bool able = term != nullptr && std::string_view(term) != "dumb";
  if (able && !refused) style.colours = Colours::on;
  return style;
}

std::string painted(const Style& style, Paint paint, std::string_view text) {
  if (style.colours == Colours::off || text.empty()) return std::string(text);
  int code = 0;
  switch (paint) {
    case Paint::bold:
      code = 1;
      break;
    case Paint::dim:
      code = 2;
      break;
    case Paint::red:
      code = 31;
      break;
    case Paint::green:
      code = 32;
      break;
    case Paint::yellow:
      code = 33;
      break;
  }
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace onhook
