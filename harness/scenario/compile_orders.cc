// SPDX-License-Identifier: GPL-3.0-or-later
// Order lines, all together, say which events are mentioned and which must come before which. The
// cases are the permutations of the mentioned events that obey every chain: `every of` adds events
// and no constraint. Without order lines there is one case that constrains nothing.
#include <fmt/format.h>

#include <algorithm>

#include "harness/scenario/compile_context.h"
#include "harness/scenario/parse_line.h"

namespace onhook {
namespace {

/// Every permutation of seven events. More is no test, it is a search without a question.
constexpr std::size_t kMostCases = 5040;
constexpr std::size_t kMostEvents = 32;

class OrdersPass {
 public:
  explicit OrdersPass(CompileContext& context) : context_(context) {}

  void run(const ast::Scenario& scenario) {
    before_.assign(context_.out.events.size(), {});
    for (const ast::Order& line : scenario.orders) read(line);
    if (mentioned_.empty() || failed_) {
      if (!failed_) context_.out.orders.push_back({});
      return;
    }
    if (mentioned_.size() > kMostEvents) return too_many(scenario.orders.back());
    std::sort(mentioned_.begin(), mentioned_.end());
    extend({});
    if (cases_ > kMostCases) return too_many(scenario.orders.back());
  }

 private:
  void read(const ast::Order& line) {
    if (line.events.size() < 2) {
      failed_ = true;
      return context_.error(line.at, "an order needs at least two events");
    }
    std::vector<std::size_t> indices;
    for (const ast::Word& name : line.events) {
      const std::optional<std::size_t> index = find(name);
      if (!index) {
        failed_ = true;
        continue;
      }
      if (std::find(indices.begin(), indices.end(), *index) != indices.end()) {
        failed_ = true;
        context_.error(name.at, fmt::format("'{}' stands twice in this order", name.text));
      }
      indices.push_back(*index);
      if (std::find(mentioned_.begin(), mentioned_.end(), *index) == mentioned_.end()) {
        mentioned_.push_back(*index);
      }
    }
    if (line.form == ast::Order::Form::every_of || failed_) return;
    for (std::size_t i = 0; i + 1 < indices.size(); ++i) {
      if (reaches(indices[i + 1], indices[i])) {
        failed_ = true;
        return context_.error(join(line.events[i].at, line.events[i + 1].at),
                              fmt::format("'{}' before '{}' contradicts the order lines above",
                                          line.events[i].text, line.events[i + 1].text));
      }
      before_[indices[i + 1]].push_back(indices[i]);
    }
  }

  std::optional<std::size_t> find(const ast::Word& name) {
    std::vector<std::string_view> known;
    for (std::size_t i = 0; i < context_.out.events.size(); ++i) {
      known.push_back(context_.out.events[i].name);
      if (known.back() == name.text) return i;
    }
    if (!context_.may_be_declared(name.text)) {
      context_.error(name.at, fmt::format("there is no event '{}'", name.text),
                     did_you_mean(name.text, known));
    }
    return std::nullopt;
  }

  // True if the chains say that `from` comes before `to`.
  bool reaches(std::size_t from, std::size_t to) const {
    std::vector<std::size_t> open = {to};
    std::vector<bool> seen(before_.size());
    while (!open.empty()) {
      const std::size_t event = open.back();
      open.pop_back();
      if (event == from) return true;
      if (seen[event]) continue;
      seen[event] = true;
      open.insert(open.end(), before_[event].begin(), before_[event].end());
    }
    return false;
  }

  // The constraints have no cycle, so every prefix can be completed: the search has no dead ends.
  void extend(std::vector<std::size_t> prefix) {
    if (cases_ > kMostCases) return;
    if (prefix.size() == mentioned_.size()) {
      ++cases_;
      if (cases_ <= kMostCases) add(std::move(prefix));
      return;
    }
    const auto placed = [&prefix](std::size_t event) {
      return std::find(prefix.begin(), prefix.end(), event) != prefix.end();
    };
    for (std::size_t event : mentioned_) {
      const auto& needed = before_[event];
      if (placed(event) || !std::all_of(needed.begin(), needed.end(), placed)) continue;
      std::vector<std::size_t> longer = prefix;
      longer.push_back(event);
      extend(std::move(longer));
    }
  }

  void add(std::vector<std::size_t> events) {
    OrderCase order;
    for (std::size_t event : events) {
      if (!order.text.empty()) order.text += " < ";
      order.text += context_.out.events[event].name;
    }
    order.events = std::move(events);
    context_.out.orders.push_back(std::move(order));
  }

  void too_many(const ast::Order& line) {
    context_.error(line.at, fmt::format("these are more than {} orders", kMostCases),
                   "name fewer events, or add chains like 'order a < b'");
  }

  CompileContext& context_;
  std::vector<std::size_t> mentioned_;
  std::vector<std::vector<std::size_t>> before_;  // by event: those that must have happened
  std::size_t cases_ = 0;
  bool failed_ = false;
};

}  // namespace

void compile_orders(CompileContext& context, const ast::Scenario& scenario) {
  OrdersPass(context).run(scenario);
}

}  // namespace onhook
