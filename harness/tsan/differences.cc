// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/tsan/differences.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onhook {
namespace {

struct Line {
  Difference difference;
  std::string_view word;
  std::string_view lost;
};
constexpr std::array<Line, 8> kLines = {{
    {Difference::none, "both", ""},
    {Difference::only_libtsan, "only libtsan", ""},
    {Difference::not_kept, "only ours: not kept",
     "it keeps no access that raced itself, as the earlier one did"},
    {Difference::one_only, "only ours: one only",
     "it says one race an access, and of the later one said another"},
    {Difference::looked_at, "only ours: looked at",
     "it does not look again when a thread touches the same before it has synchronised"},
    {Difference::pushed_out, "only ours: pushed out",
     "it keeps 4 accesses to 8 bytes, and there were more"},
    {Difference::lost, "only ours: lost", ""},
    {Difference::ordered, "only ours: ordered", ""},
}};

const Line& line_of(Difference difference) {
  return *std::ranges::find(kLines, difference, &Line::difference);
}

}  // namespace

std::string_view word_of(Difference difference) { return line_of(difference).word; }

bool is_only_ours(Difference difference) {
  return difference != Difference::none && difference != Difference::only_libtsan;
}

std::string_view what_it_lost(Difference difference) { return line_of(difference).lost; }

bool needs_reason(Difference difference) {
  return difference != Difference::none && what_it_lost(difference).empty();
}

std::string to_line(const NamedRace& race) {
  return fmt::format("{}\t{}\t{}\t{}\t{}", word_of(race.difference), race.cause, race.object,
                     race.earlier, race.later);
}

NamedRace race_of_line(std::string_view line) {
  std::array<std::string, 5> fields;
  for (std::string& field : fields) {
    const std::size_t tab = std::min(line.find('\t'), line.size());
    field = line.substr(0, tab);
    line.remove_prefix(std::min(tab + 1, line.size()));
  }
  NamedRace race;
  race.difference = std::ranges::find(kLines, fields[0], &Line::word)->difference;
  race.cause = fields[1];
  race.object = fields[2];
  race.earlier = fields[3];
  race.later = fields[4];
  return race;
}

}  // namespace onhook
