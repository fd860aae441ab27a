// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/race/table_judge.h"

#include <algorithm>
#include <cstring>

namespace onhook {
namespace {

constexpr std::uintptr_t kWord = sizeof(std::uintptr_t);

/// Where a word in there is `wanted`; 0: nowhere.
std::uintptr_t find_word(std::uintptr_t begin, std::uintptr_t end, std::uintptr_t wanted) {
  for (std::uintptr_t at = (begin + kWord - 1) & ~(kWord - 1); at + kWord <= end; at += kWord) {
    std::uintptr_t word = 0;
    std::memcpy(&word, reinterpret_cast<const void*>(at), sizeof word);
    if (word == wanted) return at;
  }
  return 0;
}

}  // namespace

void TableJudge::on_race_begins() {
  by_all_.keep();
  without_locks_.keep();
  at_race_ = state_;
}

void TableJudge::on_execution_begins() {
  by_all_.restore();
  without_locks_.restore();
  state_ = at_race_;
  accused_.clear();
}

void TableJudge::on_spawn(const Thread* parent, const Thread& child) {
  by_all_.on_spawn(parent, child);
  without_locks_.on_spawn(parent, child);
}

void TableJudge::on_step(const Thread& thread, const Operation& op, Wake) {
  for (HappensBefore* order : {&by_all_, &without_locks_}) {
    if (op.kind == OpKind::thread_exit) order->on_exit(thread);
    if (op.kind == OpKind::thread_join) order->on_join(thread, op.object);
  }
}

void TableJudge::on_flow(const Thread& t, ObjectId object, Flow flow) {
  by_all_.on_flow(t, object, flow);
  without_locks_.on_flow(t, object, flow);
}

void TableJudge::on_atomic(const Thread& t, const AtomicAccess& access) {
  by_all_.on_atomic(t, access);
  without_locks_.on_atomic(t, access);
}

void TableJudge::on_fence(const Thread& t, MemoryOrder order) {
  by_all_.on_fence(t, order);
  without_locks_.on_fence(t, order);
}

TableJudge::Table& TableJudge::table_of(std::uintptr_t address) {
  const auto [it, fresh] = state_.numbers.try_emplace(address, state_.tables.size());
  if (fresh) state_.tables.emplace_back().address = address;
  return state_.tables[it->second];
}

void TableJudge::on_list_moved(const Thread&, std::uintptr_t from, std::uintptr_t to) {
  if (from == to || to == 0) return;
  // Of an empty list there is nothing to know: the new head is a new table.
  const std::size_t number = from == 0
                                 ? state_.tables.size()
                                 : static_cast<std::size_t>(&table_of(from) - state_.tables.data());
  if (from == 0) state_.tables.emplace_back().address = to;
  state_.numbers[to] = number;
}

bool TableJudge::have_common_lock(const Use& a, const Use& b) {
  const std::vector<ObjectId>& of_b = scene().locks_in(b.at.locks);
  return std::ranges::any_of(scene().locks_in(a.at.locks), [&](ObjectId lock) {
    return std::ranges::find(of_b, lock) != of_b.end();
  });
}

bool TableJudge::could_meet(const Use& earlier, const Use& later) const {
  const ThreadId me = later.at.thread;
  const ThreadId other = earlier.at.thread;
  if (earlier.before_sharing || later.act == TableAct::ends || later.kind == TableKind::list) {
    return !by_all_.comes_after(me, other, earlier.time_by_all);
  }
  return !without_locks_.comes_after(me, other, earlier.time_without_locks);
}

void TableJudge::on_table(const Thread& thread, const TableUse& event) {
  if (event.table == 0) return;
  Table& table = table_of(event.table);
  if (table.first == kNoThread) table.first = thread.id;
  table.shared |= table.first != thread.id;
  Use use{scene().moment(thread, event.pc),
          event.act,
          event.kind,
          event.call,
          !table.shared,
          by_all_.time_of(thread.id),
          without_locks_.time_of(thread.id)};
  for (const Use& earlier : table.uses) {
    if (earlier.at.thread == thread.id) continue;
    if (earlier.act == TableAct::reads && use.act == TableAct::reads) continue;
    if (!could_meet(earlier, use) || have_common_lock(earlier, use)) continue;
    accuse(table, event.table, earlier, use);
  }
  const auto same = [&](const Use& u) {
    return u.at.thread == thread.id && u.at.pc == use.at.pc && u.at.locks == use.at.locks &&
           u.at.stack == use.at.stack && u.before_sharing == use.before_sharing;
  };
  const auto known = std::ranges::find_if(table.uses, same);
  if (known == table.uses.end()) {
    table.uses.push_back(use);
  } else {
    *known = use;
  }
}

Deed TableJudge::deed_of(const Use& use) {
  const char* kind = use.act == TableAct::reads ? "reads" : "changes";
  if (use.act == TableAct::ends) kind = "ends";
  return scene().deed(std::string(kind) + " it by " + use.call + "()", use.at);
}

void TableJudge::accuse(const Table& table, std::uintptr_t address, const Use& earlier,
                        const Use& later) {
  if (!accused_.insert(std::minmax(earlier.at.pc, later.at.pc)).second) return;
  const auto bare = [&](const Use& use) { return scene().locks_in(use.at.locks).empty(); };
  Finding finding;
  finding.law = "LOCK";
  finding.message = bare(earlier) && bare(later)
                        ? "two threads touch a table, and neither holds a mutex"
                        : "a table is touched without the mutex that elsewhere protects it";
  finding.object = holder_of(address);
  if (finding.object == 0) finding.object = table.address;
  finding.deeds = {deed_of(earlier), deed_of(later)};
  finding.block = scene().block(finding.object);
  report(std::move(finding));
}

/// The variable or the field that names the table. Of one that the set-up has made it stays.
std::uintptr_t TableJudge::holder_of(std::uintptr_t table) {
  if (!at_race_.numbers.contains(table)) return search_holder(table);
  const auto [it, fresh] = holders_.try_emplace(table, 0);
  if (fresh) it->second = search_holder(table);
  return it->second;
}

std::uintptr_t TableJudge::search_holder(std::uintptr_t table) {
  if (scene().view() == nullptr) return 0;
  for (const MemorySpan& root : scene().view()->roots()) {
    if (scene().in_heap(root.begin)) break;  // variables come first, then what threads have
    if (const std::uintptr_t at = find_word(root.begin, root.end, table)) return at;
  }
  std::uintptr_t field = 0;
  scene().each_block([&](std::uintptr_t begin, const Scene::BlockState& block) {
    const bool of_code = block.allocated.stack != kNoStack && !block.is_freed;
    if (field == 0 && of_code && begin != table) {
      field = find_word(begin, begin + block.bytes, table);
    }
  });
  return field;
}

}  // namespace onhook
