// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/trace_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/strings.h"

namespace onhook {
namespace {

using Json = nlohmann::ordered_json;
constexpr int kVersion = 1;

ThreadId lane_of(Trace& trace, const Lane& wanted) {
  const auto same = [&](const Lane& lane) {
    return lane.name == wanted.name && lane.role == wanted.role && lane.number == wanted.number;
  };
  auto found = std::ranges::find_if(trace.lanes, same);
  if (found == trace.lanes.end()) {
    trace.lanes.push_back(wanted);
    found = trace.lanes.end() - 1;
  }
  return static_cast<ThreadId>(found - trace.lanes.begin());
}

void read_header(const Json& line, ObservedTrace& out) {
  if (line.at("onhook_trace").get<int>() != kVersion)
    throw std::runtime_error(fmt::format("only version {} of traces is known", kVersion));
  line.at("scenario").get_to(out.scenario);
  line.at("hash").get_to(out.hash);
  line.at("target").get_to(out.target);
  line.at("race_begins").get_to(out.race_begins);
}

void read_fact(const Json& line, ObservedTrace& out) {
  Fact fact;
  fact.step = static_cast<std::uint32_t>(out.trace.facts.size());
  fact.thread = lane_of(out.trace, {line.at("lane"), line.at("role"), line.at("number")});
  fact.time = line.at("time").get<TimeNs>();
  fact.actor = intern(line.at("actor").get_ref<const std::string&>());
  fact.verb = intern(line.at("verb").get_ref<const std::string&>());
  fact.detail = intern(line.at("detail").get_ref<const std::string&>());
  out.trace.facts.push_back(fact);
}

}  // namespace

std::string trace_lines(const ObservedTrace& observed) {
  // What a peer sent may be any bytes.
  const auto line = [](const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
  };
  std::string out = line({{"onhook_trace", kVersion},
                          {"scenario", observed.scenario},
                          {"hash", observed.hash},
                          {"target", observed.target},
                          {"race_begins", observed.race_begins}});
  for (const Fact& fact : observed.trace.facts) {
    const Lane& lane = observed.trace.lanes.at(fact.thread);
    out += line({{"time", fact.time},
                 {"lane", lane.name},
                 {"role", lane.role},
                 {"number", lane.number},
                 {"actor", text_of(fact.actor)},
                 {"verb", text_of(fact.verb)},
                 {"detail", text_of(fact.detail)}});
  }
  return out;
}

std::variant<ObservedTrace, Diagnostic> parse_trace_lines(std::string_view text,
                                                          std::string_view file) {
  ObservedTrace out;
  int number = 0;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    try {
      const Json json = Json::parse(line);
      number == 1 ? read_header(json, out) : read_fact(json, out);
    } catch (const std::exception& error) {
      Diagnostic wrong = complaint(file, fmt::format("no line of a trace: {}", error.what()));
      wrong.line = number;
      wrong.source_line = line;
      return wrong;
    }
  }
  if (number == 0) return complaint(file, "the trace is empty");
  if (out.race_begins > out.trace.facts.size())
    return complaint(file, "the trace ends before its race begins");
  return out;
}

}  // namespace onhook
