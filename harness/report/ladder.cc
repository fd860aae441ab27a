// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "fakes/vocabulary.h"
#include "harness/base/check.h"
#include "harness/base/strings.h"
#include "harness/report/remarks.h"
#include "harness/report/text.h"

namespace onhook {
namespace {

// "> 12345.000000  ": the mark, the seconds and two blanks stand left of the first lane.
constexpr std::size_t kLeft = 16;
// A wait worth a row of its own.
constexpr TimeNs kGap = 500'000'000;

struct Row {
  std::optional<std::size_t> fact;  // absent: a gap, a remark or an ellipsis
  std::size_t lane = 0;             // index into Page::names
  std::string text;
  std::size_t times = 1;
};

/// What a reader of a story can do without: log lines, and who waits for whose answer.
bool is_essential(const Fact& fact) {
  const std::string_view verb = text_of(fact.verb);
  return verb != fakes::verb::kLogs && verb != fakes::verb::kAwaits &&
         verb != fakes::verb::kAnswered;
}

class Page {
 public:
  Page(const Trace& trace, std::optional<std::size_t> failing, const LadderOptions& options)
      : trace_(trace), failing_(failing), options_(options) {
    select_facts();
    lay_out_lanes();
  }

  std::string text() {
    put_header();
    std::vector<Remark> remarks = remarks_on(trace_);
    TimeNs time = shown_.empty() ? 0 : trace_.facts[shown_.front()].time;
    if (hidden_before_ > 0) {
      put_aside(fmt::format("{} earlier facts are not shown", with_thousands(hidden_before_)));
    }
    for (std::size_t i = 0; i < shown_.size(); ++i) {
      const std::size_t index = shown_[i];
      const Fact& fact = trace_.facts[index];
      if (fact.time - time >= kGap) put_aside(duration_text(fact.time - time) + " later");
      const std::size_t times = repetitions(i);
      put_fact(index, times);
      i += times - 1;
      time = trace_.facts[shown_[i]].time;
      for (const Remark& remark : remarks) {
        if (remark.after >= index && remark.after <= shown_[i]) put_remark(fact, remark);
      }
    }
    return std::move(out_);
  }

 private:
  // What is shown --------------------------------------------------------------------------------
  void select_facts() {
    for (std::size_t i = 0; i < trace_.facts.size(); ++i) {
      if (options_.detail == Detail::everything || is_essential(trace_.facts[i]) || i == failing_) {
        shown_.push_back(i);
      }
    }
    if (options_.detail == Detail::everything) return;
    // Past the failure only what the same instant brings is of use.
    if (failing_) {
      const TimeNs end = trace_.facts[*failing_].time;
      while (!shown_.empty() && trace_.facts[shown_.back()].time > end) shown_.pop_back();
      const auto at = std::find(shown_.begin(), shown_.end(), *failing_);
      const auto kept_after = static_cast<std::ptrdiff_t>(options_.max_rows / 4);
      if (shown_.end() - at > kept_after + 1) shown_.erase(at + kept_after + 1, shown_.end());
    }
    if (shown_.size() > options_.max_rows) {
      hidden_before_ = shown_.size() - options_.max_rows;
      shown_.erase(shown_.begin(), shown_.begin() + static_cast<std::ptrdiff_t>(hidden_before_));
    }
  }

  // How often the fact shown_[i] stands there in a row, word for word and at once.
  std::size_t repetitions(std::size_t i) const {
    std::size_t n = 1;
    const Fact& first = trace_.facts[shown_[i]];
    for (; i + n < shown_.size(); ++n) {
      const Fact& next = trace_.facts[shown_[i + n]];
      const bool same = next.thread == first.thread && next.actor == first.actor &&
                        next.verb == first.verb && next.detail == first.detail &&
                        next.time - trace_.facts[shown_[i + n - 1]].time < kGap;
      if (!same || shown_[i] == failing_ || shown_[i + n] == failing_) break;
    }
    return n;
  }

  // Lanes ----------------------------------------------------------------------------------------
  void lay_out_lanes() {
    std::map<ThreadId, std::size_t> facts_of;
    for (std::size_t i : shown_) ++facts_of[trace_.facts[i].thread];
    std::vector<ThreadId> own;
    for (const auto& [thread, count] : facts_of) own.push_back(thread);
    const std::size_t most = std::max<std::size_t>(2, options_.max_lanes);
    if (own.size() > most) {
      std::stable_sort(own.begin(), own.end(),
                       [&](ThreadId a, ThreadId b) { return facts_of[a] > facts_of[b]; });
      own.resize(most - 1);
      std::sort(own.begin(), own.end());
    }
    for (ThreadId thread : own) {
      lane_of_[thread] = names_.size();
      names_.push_back(one_line(trace_.lanes.at(thread).name));
    }
    if (facts_of.size() > own.size()) {
      others_ = names_.size();
      names_.push_back(fmt::format("others ({})", facts_of.size() - own.size()));
    }
    const std::size_t room = static_cast<std::size_t>(options_.style.width) - kLeft;
    spacing_ = names_.empty() ? room : std::max<std::size_t>(2, room / names_.size());
    spacing_ = std::min<std::size_t>(spacing_, 18);
  }

  std::size_t column_of(std::size_t lane) const { return kLeft + lane * spacing_; }

  // The bars of all lanes; `upto`: of the first ones only.
  std::string bars(std::size_t upto) const {
    std::string line(static_cast<std::size_t>(options_.style.width), ' ');
    for (std::size_t lane = 0; lane < upto; ++lane) line[column_of(lane)] = '|';
    return line;
  }

  void put_line(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    out_ += line + '\n';
  }

  void put_header() {
    const auto fits = [&](const std::string& name) { return width_of(name) + 1 < spacing_; };
    const std::string label = padded("      seconds", kLeft);
    if (std::all_of(names_.begin(), names_.end(), fits)) {
      std::string line = label;
      for (const std::string& name : names_) line += padded(name, spacing_);
      line.erase(line.find_last_not_of(' ') + 1);
      out_ += painted(options_.style, Paint::bold, line) + '\n';
      return;
    }
    for (std::size_t lane = 0; lane < names_.size(); ++lane) {
      std::string line = bars(lane).substr(0, column_of(lane));
      if (lane + 1 == names_.size()) line.replace(0, kLeft, label);
      const auto room = static_cast<std::size_t>(options_.style.width) - column_of(lane);
      put_line(line + painted(options_.style, Paint::bold, clipped(names_[lane], room)));
    }
  }

  // Rows -----------------------------------------------------------------------------------------
  std::string words_of(const Fact& fact, std::size_t lane) const {
    std::string text;
    const std::string& name = trace_.lanes.at(fact.thread).name;
    if (lane == others_) text += fmt::format("[{}] ", name);
    if (fact.actor != 0 && text_of(fact.actor) != name)
      text += fmt::format("{} ", text_of(fact.actor));
    text += text_of(fact.verb);
    if (fact.detail != 0) text += fmt::format(" {}", text_of(fact.detail));
    return one_line(text);
  }

  std::size_t lane_index(const Fact& fact) const {
    const auto it = lane_of_.find(fact.thread);
    return it == lane_of_.end() ? others_ : it->second;
  }

  void put_fact(std::size_t index, std::size_t times) {
    const Fact& fact = trace_.facts[index];
    const std::size_t lane = lane_index(fact);
    std::string text = words_of(fact, lane);
    if (times > 1) text += fmt::format("  x{}", times);
    const bool fails = index == failing_;
    if (fails) text += "  <== here";
    if (!fails && is_critical(index)) text += "  <== critical";
    const std::string stamp = fmt::format("{} {:>5}.{:06}  ", fails ? '>' : ' ',
                                          fact.time / 1'000'000'000, fact.time / 1'000 % 1'000'000);
    put_row(padded(stamp, kLeft), lane, fails ? 'X' : 'o', text,
            fails ? std::optional(Paint::red) : std::nullopt);
  }

  // The first fact of the critical step.
  bool is_critical(std::size_t index) const {
    const std::uint32_t step = options_.critical_step;
    return step != 0 && trace_.facts[index].step == step &&
           (index == 0 || trace_.facts[index - 1].step != step);
  }

  void put_remark(const Fact& fact, const Remark& remark) {
    put_row(std::string(kLeft, ' '), lane_index(fact), '!', remark.text, Paint::yellow);
  }

  // The text stands on the side of its lane that has more room.
  void put_row(const std::string& left, std::size_t lane, char mark, const std::string& text,
               std::optional<Paint> paint) {
    const auto width = static_cast<std::size_t>(options_.style.width);
    const std::size_t at = column_of(lane);
    const std::size_t right_room = width - at - 2;
    const std::size_t left_room = at < kLeft + 2 ? 0 : at - kLeft - 1;
    const bool to_the_right = right_room >= left_room || width_of(text) <= right_room;
    const std::vector<std::string> lines = wrapped(text, to_the_right ? right_room : left_room);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::size_t from = to_the_right ? at + 2 : at - 1 - width_of(lines[i]);
      const std::string bar = bars(names_.size());
      const char own_mark = i == 0 ? mark : '|';
      std::string line = bar.substr(0, std::min(from, at));
      if (to_the_right) line += std::string{own_mark, ' '};
      line += lines[i];
      if (!to_the_right) line += std::string{' ', own_mark};
      const std::size_t end = std::max(from + width_of(lines[i]), at + 1);
      if (to_the_right && end < bar.size()) line += ' ';
      line += bar.substr(std::min(end + (to_the_right ? 1 : 0), bar.size()));
      line.replace(0, kLeft, i == 0 ? left : std::string(kLeft, ' '));
      line.erase(line.find_last_not_of(' ') + 1);
      out_ += (paint ? painted(options_.style, *paint, line) : line) + '\n';
    }
  }

  void put_aside(const std::string& text) {
    std::string line = bars(names_.size());
    for (char& c : line) c = c == '|' ? ':' : c;
    const std::string shown = fmt::format("... {}", text);
    const std::size_t from = kLeft + 2;
    line.replace(from, shown.size(), shown);
    if (from + shown.size() < line.size() && line[from + shown.size()] == ':') {
      line[from + shown.size()] = ' ';
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_ += painted(options_.style, Paint::dim, line) + '\n';
  }

  const Trace& trace_;
  const std::optional<std::size_t> failing_;
  const LadderOptions& options_;
  std::vector<std::size_t> shown_;  // indices of facts, ascending
  std::size_t hidden_before_ = 0;
  std::vector<std::string> names_;
  std::map<ThreadId, std::size_t> lane_of_;
  std::size_t others_ = SIZE_MAX;  // the lane that several threads share
  std::size_t spacing_ = 0;
  std::string out_;
};

void put_wrapped(std::string& out, std::string_view label, const std::string& text,
                 const Style& style) {
  constexpr std::size_t kIndent = 10;
  const auto room = static_cast<std::size_t>(style.width) - kIndent;
  std::string lead = padded(label, kIndent);
  for (const std::string& line : wrapped(one_line(text), room)) {
    out += lead + line + '\n';
    lead = std::string(kIndent, ' ');
  }
}

void put_step(std::string& out, std::string_view label, const ExplainedStep& step,
              const Style& style) {
  std::string text = fmt::format("[{}] {}", step.thread, step.what);
  text += step.step == 0 ? std::string(", which it never came to")
                         : fmt::format(", at {:.6f} s", static_cast<double>(step.time) / 1e9);
  put_wrapped(out, label, text, style);
  for (const StackFrame& frame : step.stack) {
    put_wrapped(out, "",
                fmt::format("  in {}{}", frame.function,
                            frame.place.empty() ? "" : fmt::format(" ({})", frame.place)),
                style);
  }
}

/// "[relay] writes 4 bytes, at 1.000000 s", its stack, and the locks it holds.
void put_deed(std::string& out, std::string_view label, const JudgedDeed& deed,
              const Style& style) {
  put_step(out, label, deed.at, style);
  if (!deed.locks.empty()) {
    put_wrapped(out, "", "  holding " + joined(deed.locks), style);
  }
  if (!deed.schedule.empty()) {
    out += std::string(12, ' ') + replay_command(deed.schedule) + '\n';
  }
}

void put_judgement(std::string& out, const Judgement& judgement, const Style& style) {
  if (!judgement.object.empty()) put_wrapped(out, "object", judgement.object, style);
  for (std::size_t i = 0; i < judgement.deeds.size(); ++i) {
    const bool alone = judgement.deeds.size() == 1;
    put_deed(out, alone ? "where" : i == 0 ? "first" : "then", judgement.deeds[i], style);
  }
  if (judgement.allocated) put_deed(out, "block", *judgement.allocated, style);
  if (judgement.freed) put_deed(out, "", *judgement.freed, style);
}

void put_explanation(std::string& out, const Violation& violation, const Style& style) {
  const Explanation& why = violation.explanation;
  if (why.step) {
    put_step(out, "critical", why.step->at, style);
    put_wrapped(out, "", why.step->claim, style);
  }
  if (why.pair) {
    put_step(out, "first", why.pair->first, style);
    put_step(out, "then", why.pair->second, style);
    put_wrapped(out, "", why.pair->claim, style);
  }
  for (const std::string& remark : why.remarks) put_wrapped(out, "note", remark, style);
}

}  // namespace

std::string ladder_of(const Trace& trace, std::optional<std::size_t> failing,
                      const LadderOptions& options) {
  ONHOOK_CHECK(options.style.width >= 60, "a ladder needs 60 columns");
  if (failing && *failing >= trace.facts.size()) failing.reset();
  if (trace.facts.empty()) return "  (nothing happened)\n";
  return Page(trace, failing, options).text();
}

std::string violation_report(const RunResult& result, const Violation& violation,
                             const std::string& schedule, const LadderOptions& options) {
  std::string out = painted(options.style, Paint::bold,
                            fmt::format("{} on {}: law violated", result.scenario, result.target)) +
                    "\n\n";
  LadderOptions marked = options;
  if (violation.explanation.step) marked.critical_step = violation.explanation.step->at.step;
  // What several executions show together is shown by none of their ladders.
  const bool is_across = violation.judgement && violation.trace.lanes.empty();
  if (!is_across) out += ladder_of(violation.trace, violation.fact, marked) + '\n';
  put_wrapped(out, "law", violation.law, options.style);
  if (!violation.message.empty()) put_wrapped(out, "seen", violation.message, options.style);
  if (violation.judgement) put_judgement(out, *violation.judgement, options.style);
  put_explanation(out, violation, options.style);
  const bool has_schedules =
      violation.judgement && std::ranges::any_of(violation.judgement->deeds, [](const auto& deed) {
        return !deed.schedule.empty();
      });
  if (has_schedules) return out;
  out += schedule.empty() ? std::string("replay    no schedule was written; use --out FOLDER\n")
                          : replay_command(schedule) + '\n';
  return out;
}

std::string replay_command(const std::string& schedule) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-./:@%,";
  if (!schedule.empty() && schedule.find_first_not_of(kPlain) == std::string::npos) {
    return "onhook replay " + schedule;
  }
  std::string quoted = "'";
  for (char c : schedule) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return "onhook replay " + quoted + "'";
}

}  // namespace onhook
