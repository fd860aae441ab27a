// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "harness/base/diagnostic.h"
#include "harness/strategy/alternating.h"
#include "harness/strategy/dfs.h"
#include "harness/strategy/dpor/classes.h"
#include "harness/strategy/dpor/dpor.h"
#include "harness/strategy/frontier.h"
#include "harness/strategy/pct.h"
#include "harness/strategy/pos.h"
#include "harness/strategy/random.h"
#include "harness/strategy/rff.h"
#include "harness/strategy/stale.h"
#include "harness/strategy/surw.h"

namespace onhook {
namespace {

// 200 executions that find most bugs at once and cost a few milliseconds; then proof, if it is not
// too large; then sampling until the budget is spent.
constexpr std::string_view kDefaultChain =
    "stale:150+stale:150+stale:150+rff:50,dpor:5000,frontier+frontier+pos+surw";
constexpr std::array<std::string_view, 10> kNames = {
    "classes", "dfs", "dpor", "frontier", "pct", "pos", "random", "rff", "stale", "surw"};

/// One strategy: its name and the numbers after it.
struct Named {
  std::string name;
  std::vector<std::uint64_t> numbers;

  std::optional<std::uint64_t> number(std::size_t nth) const {
    return nth < numbers.size() ? std::optional(numbers[nth]) : std::nullopt;
  }
  friend bool operator==(const Named&, const Named&) = default;
};

/// One place of the chain: several strategies take turns.
using Link = std::vector<Named>;

/// How many numbers a strategy takes; the last is the executions, except dfs's.
std::size_t max_numbers(std::string_view name) { return name == "pct" ? 2 : 1; }

/// Ends a strategy that has no end of its own.
class Limited : public Strategy {
 public:
  Limited(std::unique_ptr<Strategy> inner, std::uint64_t executions)
      : inner_(std::move(inner)), executions_(executions) {}
  std::string_view name() const override { return inner_->name(); }
  Chooser* next() override {
    if (left() == 0) return nullptr;
    ++begun_;
    return inner_->next();
  }
  void finished(const Feedback& feedback) override { inner_->finished(feedback); }
  bool complete() const override { return inner_->complete(); }
  std::string bound() const override { return inner_->bound(); }
  void begin_order(const EventOrder& order, AccessPoints* racing) override {
    inner_->begin_order(order, racing);
  }
  AccessSink* access_sink() override { return inner_->access_sink(); }
  std::string report() const override { return inner_->report(); }
  bool keep_to(const Shard& shard) override {
    if (!inner_->keep_to(shard)) return false;
    shard_ = shard;
    return true;
  }
  bool mine() const override { return inner_->mine(); }
  std::string save() const override {
    const std::string inner = inner_->save();
    return inner.empty() ? inner : fmt::format("{} {}", begun_, inner);
  }
  bool load(std::string_view state) override {
    std::uint64_t begun = 0;
    const auto [end, failed] = std::from_chars(state.begin(), state.end(), begun);
    if (failed != std::errc() || end == state.end() || *end != ' ') return false;
    if (!inner_->load({end + 1, state.end()})) return false;
    begun_ = begun;
    return true;
  }

 private:
  std::uint64_t left() const {
    const std::uint64_t all = shard_.share_of(executions_);
    return all - std::min(all, begun_);
  }

  std::unique_ptr<Strategy> inner_;
  std::uint64_t executions_;  ///< of all parts
  std::uint64_t begun_ = 0;
  Shard shard_;
};

/// A strategy that cannot be cut: each order of events belongs to one part, which searches all of
/// it; to the others it is nothing, and so done.
class Undivided : public Strategy {
 public:
  Undivided(std::unique_ptr<Strategy> inner, const Shard& shard)
      : inner_(std::move(inner)), shard_(shard) {}
  std::string_view name() const override { return inner_->name(); }
  Chooser* next() override { return owned_ ? inner_->next() : nullptr; }
  void finished(const Feedback& feedback) override { inner_->finished(feedback); }
  bool complete() const override { return !owned_ || inner_->complete(); }
  std::string bound() const override { return owned_ ? inner_->bound() : std::string(); }
  void begin_order(const EventOrder& order, AccessPoints* racing) override {
    std::uint64_t hash = 0;
    for (std::uint32_t before : order.predecessors) hash = Prng(hash ^ before).next();
    owned_ = shard_.mine(hash);
    if (owned_) inner_->begin_order(order, racing);
  }
  AccessSink* access_sink() override { return owned_ ? inner_->access_sink() : nullptr; }
  std::string report() const override { return owned_ ? inner_->report() : std::string(); }
  bool mine() const override { return inner_->mine(); }
  std::string save() const override { return owned_ ? inner_->save() : "nothing"; }
  bool load(std::string_view state) override { return state == "nothing" || inner_->load(state); }

 private:
  std::unique_ptr<Strategy> inner_;
  Shard shard_;
  bool owned_ = true;
};

std::unique_ptr<Strategy> make_sampling(const Named& named, std::uint64_t seed) {
  if (named.name == "pct") {
    return std::make_unique<PctStrategy>(seed, static_cast<unsigned>(named.number(0).value_or(3)));
  }
  if (named.name == "classes") return std::make_unique<ClassesStrategy>();
  if (named.name == "dpor") return std::make_unique<DporStrategy>();
  if (named.name == "frontier") return std::make_unique<FrontierStrategy>(seed);
  if (named.name == "pos") return std::make_unique<PosStrategy>(seed);
  if (named.name == "rff") return std::make_unique<RffStrategy>(seed);
  if (named.name == "stale") return std::make_unique<StaleStrategy>(seed);
  if (named.name == "surw") return std::make_unique<SurwStrategy>(seed);
  return std::make_unique<RandomStrategy>(seed);
}

std::unique_ptr<Strategy> make_named(const Named& named, std::uint64_t seed) {
  if (named.name == "dfs") {
    const auto bound = static_cast<unsigned>(named.number(0).value_or(DfsStrategy::kUnbounded));
    return std::make_unique<DfsStrategy>(bound);
  }
  std::unique_ptr<Strategy> sampling = make_sampling(named, seed);
  const auto executions = named.number(max_numbers(named.name) - 1);
  if (!executions) return sampling;
  return std::make_unique<Limited>(std::move(sampling), *executions);
}

std::unique_ptr<Strategy> make_strategy(const Link& link, std::uint64_t seed) {
  if (link.size() == 1) return make_named(link.front(), seed);
  std::vector<std::unique_ptr<Strategy>> strategies;
  std::vector<std::size_t> turns;
  for (auto named = link.begin(); named != link.end(); ++named) {
    const auto earlier = std::find(link.begin(), named, *named);
    if (earlier != named) {
      turns.push_back(turns[static_cast<std::size_t>(earlier - link.begin())]);
      continue;
    }
    turns.push_back(strategies.size());
    strategies.push_back(make_named(*named, seed));
  }
  return std::make_unique<AlternatingStrategy>(std::move(strategies), std::move(turns));
}

/// Reads "name:number:number"; the error, or "".
std::string read_named(std::string_view word, Named& named) {
  named.name = word.substr(0, word.find(':'));
  if (std::ranges::find(kNames, named.name) == kNames.end()) {
    const std::string_view near = closest_word(named.name, kNames);
    return fmt::format("unknown strategy '{}'{}; there are: {}", named.name,
                       near.empty() ? "" : fmt::format(", did you mean '{}'?", near),
                       fmt::join(kNames, ", "));
  }
  std::string_view rest = word.substr(named.name.size());
  while (!rest.empty()) {
    const std::string_view digits = rest.substr(1, rest.find(':', 1) - 1);
    rest.remove_prefix(digits.size() + 1);
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(digits.begin(), digits.end(), number);
    if (failed != std::errc() || end != digits.end()) {
      return fmt::format("'{}' is no number in the strategy '{}'", digits, word);
    }
    named.numbers.push_back(number);
  }
  if (named.numbers.size() > max_numbers(named.name)) {
    return fmt::format("too many numbers in the strategy '{}'; {} takes {}", word, named.name,
                       max_numbers(named.name));
  }
  if (named.name == "pct" && named.number(0) == 0u) {
    return fmt::format("the depth of '{}' begins at 1", word);
  }
  return {};
}

/// Reads "name+name:number"; the error, or "".
std::string read_link(std::string_view word, Link& link) {
  for (bool is_last = false; !is_last;) {
    const std::string_view part = word.substr(0, word.find('+'));
    is_last = part.size() == word.size();
    word.remove_prefix(part.size() + (is_last ? 0 : 1));
    link.emplace_back();
    if (std::string error = read_named(part, link.back()); !error.empty()) return error;
  }
  return {};
}

std::unique_ptr<Strategy> make_part(const Link& link, std::uint64_t seed, const Shard& shard) {
  std::unique_ptr<Strategy> strategy = make_strategy(link, seed);
  if (shard.whole() || strategy->keep_to(shard)) return strategy;
  return std::make_unique<Undivided>(std::move(strategy), shard);
}

}  // namespace

bool can_be_cut(const std::string& text) {
  const ChainResult chain = parse_chain(text, 1);
  return chain.error.empty() && chain.divisible;
}

std::string_view default_chain() { return kDefaultChain; }

ChainResult parse_chain(std::string_view text, std::uint64_t seed, const Shard& shard) {
  ChainResult result;
  if (text.empty()) text = kDefaultChain;
  std::vector<Link> links;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    Link link;
    result.error = read_link(word, link);
    if (!result.error.empty()) return result;
    result.divisible = result.divisible && make_strategy(link, seed)->keep_to({0, 2});
    links.push_back(std::move(link));
  }
  result.make = [links, seed, shard] {
    std::vector<std::unique_ptr<Strategy>> chain;
    for (const Link& link : links) chain.push_back(make_part(link, seed, shard));
    return chain;
  };
  return result;
}

}  // namespace onhook
