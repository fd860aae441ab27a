// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/strategy/alternating.h"

#include <gtest/gtest.h>

#include "harness/strategy/replay.h"

namespace onhook {
namespace {

/// Writes down its turns, and ends after so many.
class Counted : public Strategy {
 public:
  Counted(char name, int executions, bool proves, std::string& log)
      : name_(name), left_(executions), proves_(proves), log_(log) {}
  std::string_view name() const override { return {&name_, 1}; }
  Chooser* next() override {
    if (left_ == 0) return nullptr;
    --left_;
    log_ += name_;
    return &plan_;
  }
  void finished(const Feedback&) override { log_ += static_cast<char>(name_ - 'a' + 'A'); }
  bool complete() const override { return left_ == 0 && proves_; }
  std::string bound() const override { return {name_}; }

 private:
  char name_;
  int left_;
  bool proves_;
  std::string& log_;
  GuidedPlan plan_{kNothing};
  static const std::vector<Choice> kNothing;
};

const std::vector<Choice> Counted::kNothing;

struct Alternating : ::testing::Test {
  AlternatingStrategy make(std::vector<std::size_t> turns, int of_a, int of_b, bool b_proves) {
    std::vector<std::unique_ptr<Strategy>> strategies;
    strategies.push_back(std::make_unique<Counted>('a', of_a, false, log));
    strategies.push_back(std::make_unique<Counted>('b', of_b, b_proves, log));
    return {std::move(strategies), std::move(turns)};
  }
  void run(AlternatingStrategy& strategy, int at_most = 100) {
    for (int i = 0; i < at_most && strategy.next() != nullptr; ++i) strategy.finished({});
  }
  std::string log;
};

TEST_F(Alternating, gives_each_its_turns_and_its_own_feedback) {
  AlternatingStrategy strategy = make({0, 0, 1}, 50, 50, false);
  run(strategy, 6);
  EXPECT_EQ(log, "aAaAbBaAaAbB");
}

TEST_F(Alternating, goes_on_with_those_that_have_something_left) {
  AlternatingStrategy strategy = make({0, 1}, 1, 3, false);
  run(strategy);
  EXPECT_EQ(log, "aAbBbBbB");
  EXPECT_FALSE(strategy.complete());
}

TEST_F(Alternating, ends_with_the_first_proof) {
  AlternatingStrategy strategy = make({0, 1}, 50, 2, true);
  run(strategy);
  EXPECT_EQ(log, "aAbBaAbBaA");
  EXPECT_TRUE(strategy.complete());
}

TEST_F(Alternating, names_all_bounds) { EXPECT_EQ(make({0, 1}, 1, 1, false).bound(), "a; b"); }

}  // namespace
}  // namespace onhook
