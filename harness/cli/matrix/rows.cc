// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/matrix/rows.h"

#include <algorithm>
#include <map>
#include <set>

#include "harness/report/text.h"

namespace onhook::cli {
namespace {

class RowFinder {
 public:
  RowFinder(RevisionTargets& targets, const MatrixRange& range)
      : targets_(targets), range_(range), tags_(targets.clone().tags()) {}

  void add(const GitClone::Commit& commit) {
    const auto inputs = targets_.inputs_of(commit.id, range_.variant);
    const auto* found = std::get_if<RevisionInputs>(&inputs);
    if (found == nullptr && out_.rows.empty()) return;  // older than the plugin
    ++out_.commits;
    // What has no plugin is like nothing else.
    const std::string key = found == nullptr ? "none " + commit.id : found->key;
    const auto same = std::ranges::find_if(
        commit.parents, [&](const std::string& parent) { return key_of_[parent] == key; });
    key_of_[commit.id] = key;
    std::set<std::size_t> before;
    for (const std::string& parent : commit.parents) {
      if (const auto row = row_of_.find(parent); row != row_of_.end()) before.insert(row->second);
    }
    const bool changes = same == commit.parents.end();
    const bool is_end = commit.id == range_.since || commit.id == range_.until;
    if (!is_end && !(range_.only_tags ? tags_.contains(commit.id) : changes) && !before.empty()) {
      row_of_[commit.id] = changes ? *before.begin() : row_of_.at(*same);
      return;
    }
    row_of_[commit.id] = out_.rows.size();
    MatrixRow row;
    row.commit = commit.id;
    row.subject = one_line(commit.subject);
    row.time = commit.time;
    row.key = key;
    if (const auto tags = tags_.find(commit.id); tags != tags_.end()) row.tags = tags->second;
    if (found == nullptr) row.no_plugin = one_line(std::get<std::string>(inputs));
    row.before.assign(before.begin(), before.end());
    out_.rows.push_back(std::move(row));
  }

  MatrixRows take() { return std::move(out_); }

 private:
  RevisionTargets& targets_;
  const MatrixRange& range_;
  const std::map<std::string, std::vector<std::string>> tags_;  // by commit
  std::map<std::string, std::string> key_of_;                   // by commit
  std::map<std::string, std::size_t> row_of_;                   // by commit: it, or the one before
  MatrixRows out_;
};

}  // namespace

std::variant<MatrixRows, std::string> rows_of(RevisionTargets& targets, const MatrixRange& range) {
  GitClone& clone = targets.clone();
  std::vector<std::string> exclude;
  if (!range.since.empty()) exclude.push_back(range.since);
  const auto history = clone.history({range.until}, exclude);
  if (const auto* error = std::get_if<std::string>(&history)) return *error;
  RowFinder finder(targets, range);
  if (!range.since.empty()) {
    auto first = clone.commit(range.since);
    if (!first) return "there is no commit " + range.since;
    first->parents.clear();
    finder.add(*first);
  }
  for (const GitClone::Commit& commit : std::get<0>(history)) {
    if (commit.id != range.since) finder.add(commit);
  }
  MatrixRows rows = finder.take();
  if (rows.rows.empty()) return "no commit of that range has a SIP plugin";
  return rows;
}

}  // namespace onhook::cli
