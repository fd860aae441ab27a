// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/bisection.h"

#include <algorithm>
#include <cstdint>

namespace onhook::cli {

Bisection::Bisection(std::vector<Commit> commits, std::vector<Commit> boundary)
    : commits_(std::move(commits)),
      parents_(commits_.size()),
      touches_(commits_.size()),
      open_(commits_.size(), true) {
  std::map<std::string, std::string> keys;
  for (const Commit& commit : boundary) keys[commit.id] = commit.key;
  for (std::size_t i = 0; i < commits_.size(); ++i) {
    place_of_[commits_[i].id] = i;
    keys[commits_[i].id] = commits_[i].key;
  }
  for (std::size_t i = 0; i < commits_.size(); ++i) {
    touches_[i] = true;
    for (const std::string& parent : commits_[i].parents) {
      if (const auto place = place_of_.find(parent); place != place_of_.end()) {
        parents_[i].push_back(place->second);
      }
      if (const auto key = keys.find(parent); key != keys.end() && key->second == commits_[i].key) {
        touches_[i] = false;
      }
    }
  }
  touching_ = static_cast<std::size_t>(std::count(touches_.begin(), touches_.end(), true));
  update();
}

Bisection::Places Bisection::ancestors_of(std::size_t place) const {
  Places reached(commits_.size());
  reached[place] = true;
  for (std::size_t i = place + 1; i-- > 0;) {
    if (!reached[i]) continue;
    for (const std::size_t parent : parents_[i]) reached[parent] = true;
  }
  return reached;
}

void Bisection::judge(const std::string& key, Side side) {
  verdicts_[key] = side;
  update();
}

void Bisection::update() {
  open_.assign(commits_.size(), true);
  const auto has = [&](std::size_t place, Side side) {
    const auto verdict = verdicts_.find(commits_[place].key);
    return verdict != verdicts_.end() && verdict->second == side;
  };
  for (std::size_t i = commits_.size(); i-- > 0;) {
    if (!open_[i] || !has(i, Side::old_one)) continue;
    const Places old_ones = ancestors_of(i);
    for (std::size_t k = 0; k <= i; ++k) open_[k] = open_[k] && !old_ones[k];
  }
  const Places behind_the_old = open_;
  changed_back_.clear();
  for (std::size_t i = 0; i < commits_.size(); ++i) {
    if (!has(i, Side::new_one)) continue;
    if (!behind_the_old[i]) changed_back_.push_back(i);
    if (!open_[i]) continue;
    const Places leads = ancestors_of(i);
    for (std::size_t k = 0; k < commits_.size(); ++k) open_[k] = open_[k] && leads[k];
  }
}

std::vector<std::size_t> Bisection::open_places() const {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < commits_.size(); ++i) {
    if (open_[i] && touches_[i]) places.push_back(i);
  }
  return places;
}

std::optional<std::string> Bisection::next() const {
  const std::vector<std::size_t> all = open_places();
  if (all.size() < 2) return std::nullopt;
  // How many of the open ones each reaches, itself included.
  const std::size_t words = (all.size() + 63) / 64;
  std::vector<std::vector<std::uint64_t>> reached(commits_.size());
  std::vector<std::size_t> count(all.size());
  for (std::size_t i = 0, n = 0; i < commits_.size(); ++i) {
    reached[i].assign(words, 0);
    if (!open_[i]) continue;
    for (const std::size_t parent : parents_[i]) {
      for (std::size_t w = 0; w < words; ++w) reached[i][w] |= reached[parent][w];
    }
    if (!touches_[i]) continue;
    reached[i][n / 64] |= std::uint64_t{1} << (n % 64);
    for (const std::uint64_t word : reached[i]) {
      count[n] += static_cast<std::size_t>(__builtin_popcountll(word));
    }
    ++n;
  }
  std::vector<std::size_t> skipped;
  std::vector<std::size_t> judgeable;
  for (std::size_t n = 0; n < all.size(); ++n) {
    const auto verdict = verdicts_.find(commits_[all[n]].key);
    if (verdict == verdicts_.end()) judgeable.push_back(n);
    if (verdict != verdicts_.end() && verdict->second == Side::skipped) skipped.push_back(n);
  }
  // Neighbours of what cannot be judged often cannot be judged either: go twice as far away each
  // time, as long as there is somewhere to go.
  const auto far_enough = [&](std::size_t n, std::size_t distance) {
    return std::ranges::all_of(skipped,
                               [&](std::size_t s) { return (n > s ? n - s : s - n) >= distance; });
  };
  std::size_t distance = std::size_t{1} << std::min<std::size_t>(skipped.size(), 20);
  for (;; distance /= 2) {
    std::optional<std::size_t> best;
    std::size_t best_worth = 0;
    for (const std::size_t n : judgeable) {
      const std::size_t worth = std::min(count[n], all.size() - count[n]);
      if (worth <= best_worth || !far_enough(n, distance)) continue;
      best = n;
      best_worth = worth;
    }
    if (best) return commits_[all[*best]].id;
    if (distance == 0) return std::nullopt;
  }
}

std::vector<std::string> Bisection::next_after(const std::string& key) const {
  std::vector<std::string> out;
  for (const Side side : {Side::old_one, Side::new_one}) {
    Bisection after = *this;
    after.judge(key, side);
    const auto id = after.next();
    if (id && std::ranges::find(out, *id) == out.end()) out.push_back(*id);
  }
  return out;
}

std::vector<std::string> Bisection::suspects() const {
  std::vector<std::string> ids;
  for (const std::size_t place : open_places()) ids.push_back(commits_[place].id);
  return ids;
}

std::vector<std::string> Bisection::changed_back() const {
  std::vector<std::string> ids;
  for (const std::size_t place : changed_back_) ids.push_back(commits_[place].id);
  return ids;
}

}  // namespace onhook::cli
