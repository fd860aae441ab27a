// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/chain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "harness/base/diagnostic.h"
#include "harness/strategy/dfs.h"
#include "harness/strategy/random.h"

namespace onhook {
namespace {

constexpr std::string_view kDefaultChain = "dfs:2,random:2000";
constexpr std::array<std::string_view, 2> kNames = {"dfs", "random"};

struct Link {
  std::string name;
  std::optional<std::uint64_t> number;
};

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

std::unique_ptr<Strategy> make_strategy(const Link& link, std::uint64_t seed) {
  if (link.name == "dfs") {
    const auto bound = static_cast<unsigned>(link.number.value_or(DfsStrategy::kUnbounded));
    return std::make_unique<DfsStrategy>(bound);
  }
  auto random = std::make_unique<RandomStrategy>(seed);
  if (!link.number) return random;
  return std::make_unique<Limited>(std::move(random), *link.number);
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
    const std::size_t colon = word.find(':');
    Link link{std::string(word.substr(0, colon)), {}};
    if (std::ranges::find(kNames, link.name) == kNames.end()) {
      const std::string_view near = closest_word(link.name, kNames);
      result.error = fmt::format("unknown strategy '{}'{}; there are: {}", link.name,
                                 near.empty() ? "" : fmt::format(", did you mean '{}'?", near),
                                 fmt::join(kNames, ", "));
      return result;
    }
    if (colon != std::string_view::npos) {
      const std::string_view digits = word.substr(colon + 1);
      std::uint64_t number = 0;
      const auto [end, failed] =
          std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (failed != std::errc() || end != digits.data() + digits.size()) {
        result.error = fmt::format("'{}' is no number in the strategy '{}'", digits, word);
        return result;
      }
      link.number = number;
    }
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
