// SPDX-License-Identifier: GPL-3.0-or-later
// Law FREE: what nobody can reach any more at the end was freed.
//
// Asked where an execution came to its own end: a program whose threads can do nothing more, a
// scenario that has settled. A block counts as reachable if any aligned word of a variable, of a
// stack in use or of a reachable block holds an address in it or right behind it; so a number that
// looks like an address hides a leak, but none is made up. Blocks that libraries keep behind
// pointers which they encode would be. Blocks of the harness and its fakes are reachable by
// definition, and only those are judged that the code under test allocated, itself or through a
// library.
//
// Of blocks that only lost blocks point to, none is told: the one that is lost first is.
#pragma once

#include <unordered_set>
#include <vector>

#include "harness/race/judge.h"

namespace onhook {

class LeakJudge : public Judge {
 public:
  using Judge::Judge;

  void on_race_begins() override;
  void on_execution_ends(End end) override;

 private:
  struct Living {
    std::uintptr_t begin;
    std::size_t bytes;
    const Scene::BlockState* state;
    bool judged;           ///< the code under test allocated it
    bool reached = false;  ///< from a root; later: from a lost block
  };
  std::vector<std::uintptr_t> lost();
  bool collect();
  Living* find(std::uintptr_t address);
  void scan(std::uintptr_t begin, std::uintptr_t end);
  void follow();
  void tell(std::uintptr_t block);

  std::vector<Living> living_;  ///< by address
  std::vector<Living*> to_scan_;
  std::unordered_set<std::uintptr_t> lost_in_set_up_;
};

}  // namespace onhook
