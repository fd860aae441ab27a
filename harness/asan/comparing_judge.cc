// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/asan/comparing_judge.h"

#include <algorithm>

namespace onhook {
namespace {

std::uintptr_t instruction_of(const Finding& finding) {
  const std::vector<std::uintptr_t>& stack = finding.deeds.back().stack;
  return stack.empty() ? 0 : stack.front();
}

bool is_same_access(const Finding& ours, const Finding& asans) {
  return misuse_of_ours(ours) == misuse_of_asans(asans) &&
         ours.deeds.back().thread == asans.deeds.back().thread &&
         instruction_of(ours) == instruction_of(asans);
}

}  // namespace

void ComparingJudge::on_execution_ends(End end) {
  MemoryJudge::on_execution_ends(end);
  compare(findings().size());
}

void ComparingJudge::on_access(const Thread& thread, const PlainAccess& access) {
  const std::size_t before = findings().size();
  asan_.on_access(thread, access);
  MemoryJudge::on_access(thread, access);
  compare(before);
}

void ComparingJudge::on_atomic(const Thread& thread, const AtomicAccess& access) {
  const std::size_t before = findings().size();
  asan_.on_atomic(thread, access);
  MemoryJudge::on_atomic(thread, access);
  compare(before);
}

void ComparingJudge::on_lock_request(const Thread& thread, const LockEvent& event) {
  const std::size_t before = findings().size();
  MemoryJudge::on_lock_request(thread, event);
  compare(before);
}

void ComparingJudge::on_unlock(const Thread& thread, const LockEvent& event) {
  const std::size_t before = findings().size();
  MemoryJudge::on_unlock(thread, event);
  compare(before);
}

void ComparingJudge::on_allocate(const Thread* thread, std::uintptr_t block, std::size_t bytes) {
  MemoryJudge::on_allocate(thread, block, bytes);
  asan_.on_allocate(thread, block, bytes);
}

void ComparingJudge::on_free(const Thread* thread, std::uintptr_t block, std::size_t bytes) {
  const std::size_t before = findings().size();
  asan_.on_free(thread, block, bytes);
  MemoryJudge::on_free(thread, block, bytes);
  compare(before);
}

void ComparingJudge::compare(std::size_t before) {
  const std::vector<Finding>& all = findings();
  if (all.size() == before && asan_.findings().empty()) [[likely]]
    return;
  std::vector<Finding> ours(all.begin() + static_cast<std::ptrdiff_t>(before), all.end());
  for (Finding& error : asan_.take_findings()) {
    const auto same = std::ranges::find_if(
        ours, [&](const Finding& finding) { return is_same_access(finding, error); });
    ComparedError compared;
    compared.misuse = misuse_of_asans(error);
    if (same != ours.end()) {
      compared.ours = std::move(*same);
      ours.erase(same);
    }
    const Finding key = error;
    compared.asans = std::move(error);
    add(std::move(compared), key);
  }
  for (Finding& finding : ours) {
    ComparedError compared;
    compared.misuse = misuse_of_ours(finding);
    compared.agrees = AsanJudge::is_poisoned(finding.object, 1);
    const Finding key = finding;
    compared.ours = std::move(finding);
    add(std::move(compared), key);
  }
}

void ComparingJudge::add(ComparedError error, const Finding& finding) {
  const auto [it, fresh] =
      known_.try_emplace({instruction_of(finding), error.misuse}, errors_.size());
  if (fresh) {
    errors_.push_back(std::move(error));
    return;
  }
  // AddressSanitizer said it of one address before, ours of another now.
  ComparedError& known = errors_[it->second];
  if (error.ours && !known.ours) known.ours = std::move(error.ours);
}

}  // namespace onhook
