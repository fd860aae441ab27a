// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/likeness.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

namespace onhook {
namespace {

const std::vector<std::string>& words_of(const OutsideView& view, const std::string& observer) {
  static const std::vector<std::string> none;
  const auto found = view.find(observer);
  return found == view.end() ? none : found->second;
}

/// "" past the end.
std::string word_at(const OutsideView& view, const std::string& observer, std::size_t place) {
  const auto& words = words_of(view, observer);
  return place < words.size() ? words[place] : "";
}

std::set<std::string> observers_of(const OutsideView& a, const OutsideView& b) {
  std::set<std::string> observers;
  for (const OutsideView* view : {&a, &b})
    for (const auto& [observer, words] : *view) observers.insert(observer);
  return observers;
}

/// Where two rows of words part, or their common length.
std::size_t common_beginning(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

/// How many words of the observers do not stand in both.
std::size_t distance(const OutsideView& a, const OutsideView& b) {
  std::size_t words = 0;
  for (const std::string& observer : observers_of(a, b)) {
    const auto& of_a = words_of(a, observer);
    const auto& of_b = words_of(b, observer);
    words += std::max(of_a.size(), of_b.size()) - common_beginning(of_a, of_b);
  }
  return words;
}

std::string quoted(const std::string& words) { return words.empty() ? "nothing more" : words; }

/// "alice: closes pc, not receives hangup, after receives hangingup", for each observer.
std::string difference(const OutsideView& simulated, const OutsideView& real) {
  std::string text;
  for (const std::string& observer : observers_of(simulated, real)) {
    const auto& words = words_of(simulated, observer);
    if (words == words_of(real, observer)) continue;
    const std::size_t place = common_beginning(words, words_of(real, observer));
    if (!text.empty()) text += "; ";
    text += fmt::format("{}: {}, not {}", observer, quoted(word_at(simulated, observer, place)),
                        quoted(word_at(real, observer, place)));
    if (place > 0) text += fmt::format(", after {}", words[place - 1]);
  }
  return text;
}

using Candidates = std::vector<const OutsideView*>;

/// What the candidates show at that place.
std::vector<std::string> shown_at(const Candidates& candidates, const std::string& observer,
                                  std::size_t place) {
  std::set<std::string> words;
  for (const OutsideView* view : candidates) words.insert(word_at(*view, observer, place));
  return {words.begin(), words.end()};
}

/// Some candidate goes on where the real trace has ended.
Divergence missing_end(const std::vector<Seen>& real, const OutsideView& view,
                       const Candidates& candidates) {
  Divergence out;
  std::set<std::string> observers;
  for (const OutsideView* candidate : candidates)
    for (const auto& [observer, words] : *candidate)
      if (words.size() > words_of(view, observer).size()) observers.insert(observer);
  // The one that is missed by most.
  std::size_t most = 0;
  for (const std::string& observer : observers) {
    const auto missed = static_cast<std::size_t>(
        std::ranges::count_if(candidates, [&](const OutsideView* candidate) {
          return words_of(*candidate, observer).size() > words_of(view, observer).size();
        }));
    if (missed <= most) continue;
    most = missed;
    out.observer = observer;
  }
  out.instead = shown_at(candidates, out.observer, words_of(view, out.observer).size());
  out.fact = real.empty() ? 0 : real.back().fact;
  for (const Seen& one : real)
    if (one.observer == out.observer) out.fact = one.fact;
  return out;
}

}  // namespace

Likeness likeness_of(const std::vector<Seen>& real, const std::vector<ViewCount>& simulated) {
  const OutsideView view = view_of(real);
  Likeness out;
  Candidates candidates;
  for (const ViewCount& one : simulated) {
    if (one.view == view) out.executions += one.executions;
    candidates.push_back(&one.view);
  }
  if (out.executions > 0) return out;
  std::map<std::string, std::size_t> places;
  for (const Seen& one : real) {
    const std::size_t place = places[one.observer]++;
    Candidates left;
    std::ranges::copy_if(candidates, std::back_inserter(left), [&](const OutsideView* candidate) {
      return word_at(*candidate, one.observer, place) == one.what;
    });
    if (left.empty()) {
      out.divergence = {one.fact, one.observer, one.what,
                        shown_at(candidates, one.observer, place)};
      return out;
    }
    candidates = std::move(left);
  }
  out.divergence = missing_end(real, view, candidates);
  return out;
}

std::vector<Unseen> never_seen(const std::vector<ViewCount>& simulated,
                               const std::vector<OutsideView>& real) {
  std::map<std::string, std::uint64_t> by_text;
  for (const ViewCount& one : simulated) {
    const auto nearest = std::ranges::min_element(
        real, {}, [&](const OutsideView& view) { return distance(one.view, view); });
    if (nearest == real.end() || *nearest == one.view) continue;
    by_text[difference(one.view, *nearest)] += one.executions;
  }
  std::vector<Unseen> out;
  for (const auto& [text, executions] : by_text) out.push_back({text, executions});
  std::ranges::stable_sort(out, std::ranges::greater{}, &Unseen::executions);
  return out;
}

}  // namespace onhook
