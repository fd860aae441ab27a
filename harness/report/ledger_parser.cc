// SPDX-License-Identifier: GPL-3.0-or-later
// parse_ledger(): strict reading with the place of each mistake. A SAX reader, because a parsed
// JSON value no longer knows its line.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/base/text_file.h"
#include "harness/report/ledger.h"

namespace onhook {
namespace {

constexpr std::array<std::string_view, 5> kKeys = {"scenario", "target", "verdict", "law",
                                                   "reason"};
constexpr std::array<std::string_view, 2> kVerdicts = {"holds", "violated"};

// Hands the parser one byte after the other and remembers how far it has read.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  const char** furthest_;
};

class LedgerReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  LedgerReader(std::string_view text, std::string_view file) : text_(text), at_(text.data()) {
    ledger_.file = file;
  }

  Ledger read() {
    const char* end = text_.data() + text_.size();
    nlohmann::json::sax_parse(CountingIterator(text_.data(), &at_), CountingIterator(end, &at_),
                              this);
    if (!seen_expectations_) fail("", "the key \"expectations\" is missing");
    return std::move(ledger_);
  }

  bool start_object(std::size_t) override {
    if (depth_ == Depth::outside) {
      depth_ = Depth::file;
    } else if (depth_ == Depth::list) {
      depth_ = Depth::entry;
      entry_ = {};
      entry_.line = line_number();
      given_.clear();
    } else {
      fail("", "no object is expected here");
    }
    return true;
  }

  bool key(std::string& name) override {
    if (depth_ == Depth::file) {
      if (name != "expectations") fail_unknown("key", name, std::array{kListKey});
      if (seen_expectations_) fail(name, "\"expectations\" is given twice");
      seen_expectations_ = true;
    } else {
      if (std::find(kKeys.begin(), kKeys.end(), name) == kKeys.end()) {
        fail_unknown("key", name, kKeys);
      }
      if (!given_.insert(name).second) fail(name, fmt::format("\"{}\" is given twice", name));
    }
    key_ = name;
    return true;
  }

  bool string(std::string& value) override {
    if (depth_ != Depth::entry) fail(value, "no string is expected here");
    if (value.empty()) fail("", fmt::format("\"{}\" must not be empty", key_));
    if (key_ == "scenario") entry_.scenario = value;
    if (key_ == "target") entry_.target = value;
    if (key_ == "law") entry_.law = value;
    if (key_ == "reason") entry_.reason = value;
    if (key_ == "verdict") {
      if (std::find(kVerdicts.begin(), kVerdicts.end(), value) == kVerdicts.end()) {
        fail_unknown("verdict", value, kVerdicts);
      }
      entry_.verdict = value == "holds" ? Expected::holds : Expected::violated;
    }
    return true;
  }

  bool end_object() override {
    if (depth_ == Depth::file) {
      depth_ = Depth::done;
      return true;
    }
    for (std::string_view needed : {"scenario", "target", "verdict", "reason"}) {
      if (!given_.contains(needed)) fail("", fmt::format("\"{}\" is missing above", needed));
    }
    if (!entry_.law.empty() && entry_.verdict == Expected::holds) {
      fail("", "a \"law\" needs the verdict \"violated\"");
    }
    for (const Expectation& other : ledger_.expectations) {
      if (other.scenario == entry_.scenario && other.target == entry_.target) {
        fail("", fmt::format("{} on {} was already expected in line {}", entry_.scenario,
                             entry_.target, other.line));
      }
    }
    ledger_.expectations.push_back(std::move(entry_));
    depth_ = Depth::list;
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ != Depth::file) fail("", "no list is expected here");
    depth_ = Depth::list;
    return true;
  }
  bool end_array() override {
    depth_ = Depth::file;
    return true;
  }

  bool null() override { return no_value("null"); }
  bool boolean(bool) override { return no_value("true or false"); }
  bool number_integer(number_integer_t) override { return no_value("number"); }
  bool number_unsigned(number_unsigned_t) override { return no_value("number"); }
  bool number_float(number_float_t, const string_t&) override { return no_value("number"); }
  bool binary(binary_t&) override { return no_value("binary"); }

  bool parse_error(std::size_t, const std::string& token,
                   const nlohmann::detail::exception&) override {
    fail("", token.empty() ? std::string("this is not JSON")
                           : fmt::format("this is not JSON, near '{}'", token));
  }

 private:
  enum class Depth { outside, file, list, entry, done };
  static constexpr std::string_view kListKey = "expectations";

  bool no_value(std::string_view what) { fail("", fmt::format("no {} is expected here", what)); }

  std::size_t offset() const {
    return std::min(static_cast<std::size_t>(at_ - text_.data()), text_.size());
  }
  int line_number() const {
    const std::string_view before = text_.substr(0, offset() == 0 ? 0 : offset() - 1);
    return 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  }

  // `word`: the string on this line that is wrong, "" the line as a whole.
  [[noreturn]] void fail(std::string_view word, std::string message, std::string suggestion = {}) {
    Diagnostic d;
    d.file = ledger_.file;
    d.line = line_number();
    const std::size_t last = offset() == 0 ? 0 : offset() - 1;
    const std::size_t break_before =
        last == 0 ? std::string_view::npos : text_.rfind('\n', last - 1);
    const std::size_t from = break_before == std::string_view::npos ? 0 : break_before + 1;
    d.source_line = text_.substr(from, text_.find('\n', last) - from);
    const std::string in_quotes = fmt::format("\"{}\"", word);
    const std::size_t at = d.source_line.rfind(in_quotes, last - from);
    if (!word.empty() && at != std::string::npos) {
      d.column = static_cast<int>(at) + 1;
      d.width = static_cast<int>(in_quotes.size());
    }
    d.message = std::move(message);
    d.suggestion = std::move(suggestion);
    throw d;
  }

  [[noreturn]] void fail_unknown(std::string_view what, const std::string& word,
                                 std::span<const std::string_view> known) {
    const std::string_view near = closest_word(word, known);
    fail(word, fmt::format("unknown {} \"{}\"", what, word),
         near.empty() ? fmt::format("known are: {}", fmt::join(known, ", "))
                      : fmt::format("did you mean \"{}\"?", near));
  }

  std::string_view text_;
  const char* at_;
  Ledger ledger_;
  Depth depth_ = Depth::outside;
  bool seen_expectations_ = false;
  std::string key_;
  Expectation entry_;
  std::set<std::string, std::less<>> given_;  // keys of the entry
};

}  // namespace

std::variant<Ledger, Diagnostic> parse_ledger(std::string_view text, std::string_view file) {
  try {
    return LedgerReader(text, file).read();
  } catch (Diagnostic& error) {
    return std::move(error);
  }
}

std::variant<Ledger, Diagnostic> read_ledger(const std::string& path) {
  const auto read = read_text_file(path, "ledger");
  if (const auto* error = std::get_if<Diagnostic>(&read)) return *error;
  return parse_ledger(std::get<std::string>(read), path);
}

}  // namespace onhook
