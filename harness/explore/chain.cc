// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "harness/base/diagnostic.h"
#include "harness/strategy/dfs.h"
#include "harness/strategy/pct.h"
#include "harness/strategy/pos.h"
#include "harness/strategy/random.h"
#include "harness/strategy/rff.h"
#include "harness/strategy/surw.h"

namespace onhook {
namespace {

constexpr std::string_view kDefaultChain = "dfs:2,random:2000";
constexpr std::array<std::string_view, 6> kNames = {"dfs", "pct", "pos", "random", "rff", "surw"};

/// One strategy of the chain: its name and the numbers after it.
struct Link {
  std::string name;
  std::vector<std::uint64_t> numbers;

  std::optional<std::uint64_t> number(std::size_t nth) const {
    return nth < numbers.size() ? std::optional(numbers[nth]) : std::nullopt;
  }
};

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

/// What the parts but the first do of a strategy that cannot be cut: nothing, and so all of it.
class OtherPart : public Strategy {
 public:
  explicit OtherPart(std::unique_ptr<Strategy> whole) : whole_(std::move(whole)) {}
  std::string_view name() const override { return whole_->name(); }
  Chooser* next() override { return nullptr; }
  bool complete() const override { return true; }
  std::string save() const override { return "nothing"; }
  bool load(std::string_view state) override { return state == save(); }

 private:
  std::unique_ptr<Strategy> whole_;
};

std::unique_ptr<Strategy> make_sampling(const Link& link, std::uint64_t seed) {
  if (link.name == "pct") {
    return std::make_unique<PctStrategy>(seed, static_cast<unsigned>(link.number(0).value_or(3)));
  }
  if (link.name == "pos") return std::make_unique<PosStrategy>(seed);
  if (link.name == "rff") return std::make_unique<RffStrategy>(seed);
  if (link.name == "surw") return std::make_unique<SurwStrategy>(seed);
  return std::make_unique<RandomStrategy>(seed);
}

std::unique_ptr<Strategy> make_strategy(const Link& link, std::uint64_t seed) {
  if (link.name == "dfs") {
    const auto bound = static_cast<unsigned>(link.number(0).value_or(DfsStrategy::kUnbounded));
    return std::make_unique<DfsStrategy>(bound);
  }
  std::unique_ptr<Strategy> sampling = make_sampling(link, seed);
  const auto executions = link.number(max_numbers(link.name) - 1);
  if (!executions) return sampling;
  return std::make_unique<Limited>(std::move(sampling), *executions);
}

/// Reads "name:number:number"; the error, or "".
std::string read_link(std::string_view word, Link& link) {
  link.name = word.substr(0, word.find(':'));
  if (std::ranges::find(kNames, link.name) == kNames.end()) {
    const std::string_view near = closest_word(link.name, kNames);
    return fmt::format("unknown strategy '{}'{}; there are: {}", link.name,
                       near.empty() ? "" : fmt::format(", did you mean '{}'?", near),
                       fmt::join(kNames, ", "));
  }
  std::string_view rest = word.substr(link.name.size());
  while (!rest.empty()) {
    const std::string_view digits = rest.substr(1, rest.find(':', 1) - 1);
    rest.remove_prefix(digits.size() + 1);
    std::uint64_t number = 0;
    const auto [end, failed] = std::from_chars(digits.begin(), digits.end(), number);
    if (failed != std::errc() || end != digits.end()) {
      return fmt::format("'{}' is no number in the strategy '{}'", digits, word);
    }
    link.numbers.push_back(number);
  }
  if (link.numbers.size() > max_numbers(link.name)) {
    return fmt::format("too many numbers in the strategy '{}'; {} takes {}", word, link.name,
                       max_numbers(link.name));
  }
  if (link.name == "pct" && link.number(0) == 0u) {
    return fmt::format("the depth of '{}' begins at 1", word);
  }
  return {};
}

std::unique_ptr<Strategy> make_part(const Link& link, std::uint64_t seed, const Shard& shard) {
  std::unique_ptr<Strategy> strategy = make_strategy(link, seed);
  if (shard.whole() || strategy->keep_to(shard) || shard.index == 0) return strategy;
  return std::make_unique<OtherPart>(std::move(strategy));
}

}  // namespace

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
