// SPDX-License-Identifier: GPL-3.0-or-later
// Which commit to judge next, and which one changed the verdict: the search of `git bisect`, on a
// history in which commits with the same content share one verdict.
//
// Between an old verdict and a new one, the first commit with the new one is sought. All that leads
// to an old commit is old, all that follows a new one is new, along every parent of a merge. A
// commit whose content is that of one of its parents cannot be the first. Runs nothing.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace onhook::cli {

class Bisection {
 public:
  struct Commit {
    std::string id;
    std::vector<std::string> parents;
    std::string key;  ///< the same: the same verdict
  };
  enum class Side { old_one, new_one, skipped };

  /// The commits that the new end reaches and the old end does not, each after its parents, the new
  /// end last; and the parents of theirs that are not among them. The ends' verdicts are judged
  /// like any other.
  Bisection(std::vector<Commit> commits, std::vector<Commit> boundary);

  /// The verdict on a content.
  void judge(const std::string& key, Side side);

  /// The commit to judge next: the one that halves what is left best, away from what was skipped.
  /// Nothing when it is found, or when only skipped ones are left.
  std::optional<std::string> next() const;
  /// What next() would be after each of the two verdicts on `key`, without repetition.
  std::vector<std::string> next_after(const std::string& key) const;

  /// Those of which each may be the first new one, parents first. One: it is that. More, and next()
  /// has nothing: the others were skipped.
  std::vector<std::string> suspects() const;
  /// Commits that can be the first at all, before anything was judged.
  std::size_t touching() const { return touching_; }
  /// New ones in front of an old one: the verdict changed back in between.
  std::vector<std::string> changed_back() const;

 private:
  using Places = std::vector<bool>;  // by place in commits_

  Places ancestors_of(std::size_t place) const;
  std::vector<std::size_t> open_places() const;
  void update();

  const std::vector<Commit> commits_;
  std::map<std::string, std::size_t> place_of_;
  std::vector<std::vector<std::size_t>> parents_;
  std::vector<bool> touches_;
  std::size_t touching_ = 0;
  std::map<std::string, Side> verdicts_;  // by key
  Places open_;                           // may still be the first, or lead to it
  std::vector<std::size_t> changed_back_;
};

}  // namespace onhook::cli
