// SPDX-License-Identifier: GPL-3.0-or-later
// parse_schedule(): the reading half of the format in schedule_format.md.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "harness/base/strings.h"
#include "harness/trace/schedule.h"

namespace onhook {
namespace {

// Far above any execution; a file that asks for more is damaged, not large.
constexpr std::uint64_t kMaxChoices = 1u << 24;

constexpr std::array<std::string_view, 17> kFields = {
    "scenario", "scenario-hash", "target",     "target-hash", "core-rules", "sip",
    "defines",  "args",          "points",     "order",       "max-steps",  "max-timeouts",
    "law",      "shows",         "trace-hash", "seed",        "choices"};
constexpr std::array<std::string_view, 4> kChoiceWords = {"run", "wake", "late", "value"};

struct Token {
  std::string_view text;
  std::size_t at = 0;  // byte in the line
};

class Parser {
 public:
  Parser(std::string_view text, std::string_view file) : rest_(text), file_(file) {}

  Schedule parse() {
    parse_version();
    while (next_line()) {
      const Token word = take_word();
      if (in_choices_) {
        parse_choice(word);
      } else {
        parse_field(word);
      }
      end_of_line();
    }
    check_whole();
    return std::move(schedule_);
  }

 private:
  // Lines ----------------------------------------------------------------------------------------
  bool raw_line() {
    if (rest_.empty()) return false;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    cut_off_ = end == rest_.size();
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line_.ends_with('\r')) line_.remove_suffix(1);
    ++line_number_;
    position_ = 0;
    return true;
  }

  // The next line that says something.
  bool next_line() {
    while (raw_line()) {
      skip_blanks();
      if (!at_end()) return true;
    }
    return false;
  }

  void skip_blanks() {
    while (position_ < line_.size() && (line_[position_] == ' ' || line_[position_] == '\t')) {
      ++position_;
    }
  }

  // At the end or before a comment. Called behind blanks: a '#' within a word is part of it.
  bool at_end() const { return position_ >= line_.size() || line_[position_] == '#'; }

  Token take_word() {
    skip_blanks();
    const std::size_t from = position_;
    if (at_end()) return {{}, from};
    while (position_ < line_.size() && line_[position_] != ' ' && line_[position_] != '\t') {
      ++position_;
    }
    return {line_.substr(from, position_ - from), from};
  }

  void end_of_line() {
    const Token extra = take_word();
    if (!extra.text.empty()) fail(extra, "nothing more is expected on this line");
  }

  // Errors ---------------------------------------------------------------------------------------
  [[noreturn]] void fail(const Token& token, std::string message, std::string suggestion = {}) {
    Diagnostic d;
    d.file = file_;
    d.line = line_number_;
    d.column = static_cast<int>(token.at) + 1;
    d.width = static_cast<int>(std::max<std::size_t>(1, token.text.size()));
    d.source_line = line_;
    d.message = std::move(message);
    d.suggestion = std::move(suggestion);
    throw d;
  }

  [[noreturn]] void fail_file(std::string message, std::string suggestion = {}) {
    Diagnostic d;
    d.file = file_;
    d.message = std::move(message);
    d.suggestion = std::move(suggestion);
    throw d;
  }

  [[noreturn]] void fail_unknown(const Token& word, std::string_view what,
                                 std::span<const std::string_view> known) {
    const std::string_view near = closest_word(word.text, known);
    fail(word, fmt::format("unknown {} '{}'", what, word.text),
         near.empty() ? std::string() : fmt::format("did you mean '{}'?", near));
  }

  // Words ----------------------------------------------------------------------------------------
  std::uint64_t number(Token token, std::string_view what, std::uint64_t highest) {
    std::uint64_t value = 0;
    const char* end = token.text.data() + token.text.size();
    const auto [stop, error] = std::from_chars(token.text.data(), end, value);
    if (token.text.empty() || error != std::errc() || stop != end) {
      fail(token, fmt::format("{} must be a number", what));
    }
    if (value > highest) fail(token, fmt::format("{} must be at most {}", what, highest));
    return value;
  }

  // A string in quotes; position_ is on the first quote.
  std::string take_quoted() {
    const std::size_t from = position_++;
    std::string out;
    while (position_ < line_.size() && line_[position_] != '"') {
      out += line_[position_] == '\\' ? take_escape() : line_[position_++];
    }
    if (position_ >= line_.size()) fail({line_.substr(from), from}, "this string does not end");
    ++position_;
    return out;
  }

  char take_escape() {
    const std::size_t from = position_++;
    const char c = position_ < line_.size() ? line_[position_++] : '\0';
    if (c == '"' || c == '\\') return c;
    if (c == 'n') return '\n';
    if (c == 't') return '\t';
    if (c == 'x' && position_ + 2 <= line_.size()) {
      unsigned byte = 0;
      const char* digits = line_.data() + position_;
      const auto [stop, error] = std::from_chars(digits, digits + 2, byte, 16);
      if (error == std::errc() && stop == digits + 2) {
        position_ += 2;
        return static_cast<char>(byte);
      }
    }
    fail({line_.substr(from, position_ - from), from}, "unknown escape",
         R"(the escapes are \" \\ \n \t and \xHH)");
  }

  // The rest of the line up to a comment, or a string in quotes.
  std::string take_value(const Token& field) {
    skip_blanks();
    if (at_end()) {
      fail(field, fmt::format("'{}' needs a value", field.text), "an empty value is written \"\"");
    }
    if (line_[position_] == '"') return take_quoted();
    const std::size_t from = position_;
    std::size_t end = from;
    while (!at_end()) {
      take_word();
      end = position_;
      skip_blanks();
    }
    return std::string(line_.substr(from, end - from));
  }

  std::vector<std::string> take_names(const Token& field) {
    const std::string missing =
        field.text == "order" ? "an event name is missing" : "a word is missing";
    std::vector<std::string> names;
    do {
      skip_blanks();
      if (at_end()) fail(field, missing);
      if (line_[position_] == '"') {
        names.push_back(take_quoted());
      } else {
        const std::size_t from = position_;
        position_ = std::min(line_.find_first_of(",#", from), line_.size());
        const std::string_view name = line_.substr(from, position_ - from);
        const std::size_t last = name.find_last_not_of(" \t");
        if (last == std::string_view::npos) fail({name, from}, missing);
        names.emplace_back(name.substr(0, last + 1));
      }
      skip_blanks();
    } while (position_ < line_.size() && line_[position_] == ',' && ++position_);
    return names;
  }

  // The file -------------------------------------------------------------------------------------
  void parse_version() {
    raw_line();
    const Token magic = take_word();
    if (magic.text != "onhook-schedule") {
      fail(magic, "this is not a schedule", "a schedule begins with 'onhook-schedule 1'");
    }
    const Token version = take_word();
    schedule_.version = static_cast<int>(number(version, "the version", 1'000'000));
    if (schedule_.version != kScheduleVersion) {
      fail(version, fmt::format("version {} of the format is not known", schedule_.version),
           fmt::format("this onhook reads version {}", kScheduleVersion));
    }
    end_of_line();
  }

  void parse_field(const Token& word) {
    if (std::find(kFields.begin(), kFields.end(), word.text) == kFields.end()) {
      if (std::find(kChoiceWords.begin(), kChoiceWords.end(), word.text) != kChoiceWords.end()) {
        fail(word, "a choice before the line 'choices N'");
      }
      fail_unknown(word, "field", kFields);
    }
    if (const auto [known, fresh] = seen_.emplace(word.text, line_number_); !fresh) {
      fail(word, fmt::format("'{}' was already given in line {}", word.text, known->second));
    }
    if (word.text == "scenario") schedule_.scenario = take_value(word);
    if (word.text == "scenario-hash") schedule_.scenario_hash = take_value(word);
    if (word.text == "target") schedule_.target = take_value(word);
    if (word.text == "target-hash") schedule_.target_hash = take_value(word);
    if (word.text == "core-rules") schedule_.core_rules = take_value(word);
    if (word.text == "sip") schedule_.sip = take_value(word);
    if (word.text == "defines") schedule_.defines = take_names(word);
    if (word.text == "args") schedule_.args = take_names(word);
    if (word.text == "points") schedule_.points = take_names(word);
    if (word.text == "order") schedule_.order = take_names(word);
    if (word.text == "law") schedule_.law = take_value(word);
    if (word.text == "shows") schedule_.shows = take_value(word);
    if (word.text == "trace-hash") schedule_.trace_hash = take_value(word);
    if (word.text == "max-steps") schedule_.bounds.steps = take_bound(word);
    if (word.text == "max-timeouts") schedule_.bounds.timeouts = take_bound(word);
    if (word.text == "seed") schedule_.seed = number(take_word(), "the seed", UINT64_MAX);
    if (word.text == "choices") {
      expected_ = number(take_word(), "the number of choices", kMaxChoices);
      in_choices_ = true;
    }
  }

  std::uint32_t take_bound(const Token& field) {
    return static_cast<std::uint32_t>(number(take_word(), field.text, 100'000'000));
  }

  void parse_choice(const Token& word) {
    if (word.text == "run" || word.text == "wake" || word.text == "late") {
      parse_thread(word);
    } else if (word.text == "value") {
      parse_value();
    } else {
      fail_unknown(word, "choice", kChoiceWords);
    }
    if (schedule_.choices.size() > expected_) {
      fail(word, fmt::format("more choices than the {} that line {} announces", expected_,
                             seen_.at("choices")));
    }
  }

  void parse_thread(const Token& word) {
    ThreadChoice choice;
    choice.thread =
        static_cast<ThreadId>(number(take_word(), "the thread's number", kNoThread - 1));
    choice.wake = word.text == "wake"   ? Wake::timeout
                  : word.text == "late" ? Wake::late
                                        : Wake::ready;
    std::uint64_t times = 1;
    if (Token repeat = take_word(); !repeat.text.empty()) {
      if (repeat.text.front() != 'x') fail(repeat, "only 'x' and a number may stand here");
      repeat.text.remove_prefix(1);
      ++repeat.at;
      times = number(repeat, "the number of repetitions", kMaxChoices);
      if (times == 0) fail(repeat, "a choice is made at least once");
    }
    // One more than expected is enough to be refused, however large the number.
    const std::uint64_t room = expected_ + 1 - schedule_.choices.size();
    schedule_.choices.insert(schedule_.choices.end(), std::min(times, room), choice);
  }

  void parse_value() {
    ValueChoice choice;
    const Token index = take_word();
    choice.index = static_cast<std::uint32_t>(number(index, "the value", UINT32_MAX));
    if (const Token of = take_word(); of.text != "of") fail(of, "'of' is missing");
    choice.n = static_cast<std::uint32_t>(number(take_word(), "the number of values", UINT32_MAX));
    if (choice.index >= choice.n) {
      fail(index, fmt::format("the value must be below {}, values count from 0", choice.n));
    }
    skip_blanks();
    if (at_end() || line_[position_] != '"') fail({{}, position_}, "a label in quotes is missing");
    choice.label = intern(take_quoted());
    schedule_.choices.emplace_back(choice);
  }

  void check_whole() {
    if (cut_off_) fail_file("the last line does not end", "is the file cut off?");
    for (std::string_view field : {"scenario", "target", "trace-hash", "seed", "choices"}) {
      if (!seen_.contains(field)) fail_file(fmt::format("the field '{}' is missing", field));
    }
    if (schedule_.choices.size() != expected_) {
      fail_file(fmt::format("line {} announces {} choices, the file has {}", seen_.at("choices"),
                            expected_, schedule_.choices.size()),
                "is the file cut off?");
    }
  }

  std::string_view rest_;
  std::string file_;
  std::string_view line_;
  int line_number_ = 0;
  std::size_t position_ = 0;
  std::map<std::string, int, std::less<>> seen_;  // field -> its line
  bool cut_off_ = false;                          // the last line has no end
  std::uint64_t expected_ = 0;
  bool in_choices_ = false;
  Schedule schedule_;
};

}  // namespace

std::variant<Schedule, Diagnostic> parse_schedule(std::string_view text, std::string_view file) {
  try {
    return Parser(text, file).parse();
  } catch (Diagnostic& error) {
    return std::move(error);
  }
}

}  // namespace onhook
