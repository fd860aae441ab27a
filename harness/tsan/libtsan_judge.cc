// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/tsan/libtsan_judge.h"

#include <algorithm>
#include <utility>

#include "harness/tsan/libtsan_abi.h"

namespace onhook {

using libtsan::Call;

namespace {

std::pair<std::uintptr_t, std::uintptr_t> pair_of(std::uintptr_t a, std::uintptr_t b) {
  return {std::min(a, b), std::max(a, b)};
}

std::uintptr_t innermost(const libtsan::ReportedAccess& access) {
  return access.stack.empty() ? 0 : access.stack.front();
}

/// In this image, so that reports leave it out.
void* here() { return __builtin_return_address(0); }

}  // namespace

LibtsanJudge::LibtsanJudge(Scene& scene) : RaceJudge(scene) {
  libtsan::set_listener([this](const libtsan::Report& report) { on_report(report); });
}

LibtsanJudge::~LibtsanJudge() {
  libtsan::leave();
  libtsan::set_listener({});
}

void* LibtsanJudge::object_of(Kind kind, std::uint64_t object) {
  const auto [it, fresh] = objects_.try_emplace({kind, object});
  if (fresh) it->second = &words_.emplace_back();
  return it->second;
}

void LibtsanJudge::acquire(ThreadId thread, Kind kind, std::uint64_t object) {
  const Call call(thread, nullptr);
  __tsan_acquire(object_of(kind, object));
}

void LibtsanJudge::release(ThreadId thread, Kind kind, std::uint64_t object) {
  const Call call(thread, nullptr);
  __tsan_release(object_of(kind, object));
}

void LibtsanJudge::on_spawn(const Thread* parent, const Thread& child) {
  RaceJudge::on_spawn(parent, child);
  libtsan::spawn(parent != nullptr ? parent->id : kNoThread, child.id);
}

void LibtsanJudge::on_step(const Thread& thread, const Operation& op, Wake wake) {
  RaceJudge::on_step(thread, op, wake);
  if (op.kind == OpKind::thread_exit) release(thread.id, Kind::exit, thread.key);
  if (op.kind == OpKind::thread_join) acquire(thread.id, Kind::exit, op.object);
}

void LibtsanJudge::on_lock(const Thread& thread, const LockEvent& event) {
  RaceJudge::on_lock(thread, event);
  acquire(thread.id, Kind::written_lock, event.lock);
  if (event.mode == LockMode::exclusive) acquire(thread.id, Kind::read_lock, event.lock);
}

void LibtsanJudge::on_unlock(const Thread& thread, const LockEvent& event) {
  RaceJudge::on_unlock(thread, event);
  const bool exclusive = event.mode == LockMode::exclusive;
  release(thread.id, exclusive ? Kind::written_lock : Kind::read_lock, event.lock);
}

void LibtsanJudge::on_flow(const Thread& thread, ObjectId object, Flow flow) {
  RaceJudge::on_flow(thread, object, flow);
  if (flow == Flow::gives) {
    release(thread.id, Kind::flow, object);
  } else {
    acquire(thread.id, Kind::flow, object);
  }
}

/// Before our judge hears of it.
void LibtsanJudge::begin_access(ThreadId thread, std::uintptr_t address, std::size_t bytes,
                                bool write) {
  here_.clear();
  touch_own_word(thread);
  const Epoch now{thread, order().time_of(thread)};
  looked_at_ = true;
  for (std::uintptr_t word = address / 8; word * 8 < address + bytes; ++word) {
    std::vector<Visit>& visits = visits_[word];
    const auto same = std::ranges::find_if(visits, [&](const Visit& v) {
      return v.when == now && v.address == address && v.bytes == bytes && (v.write || !write);
    });
    if (same != visits.end()) continue;
    visits.push_back({now, address, bytes, write});
    looked_at_ = false;
  }
}

void LibtsanJudge::note_crowd(ComparedRace& race, const ShadowRecord& earlier,
                              std::uintptr_t word) const {
  const std::vector<Visit>& visits = visits_.at(word);
  // The later one came last, if it is not the same as one before.
  const std::size_t before = visits.size() - (looked_at_ ? 0 : 1);
  const Epoch when{earlier.moment.thread, earlier.clock};
  std::size_t last = before;
  for (std::size_t i = 0; i < before; ++i) {
    if (visits[i].when == when) last = i;
  }
  race.crowd = before;
  race.between = last < before ? before - last - 1 : 0;
}

void LibtsanJudge::touch_own_word(ThreadId thread) {
  const auto [it, fresh] = own_words_.try_emplace({thread, order().time_of(thread)});
  if (!fresh) return;
  it->second = &words_.emplace_back();
  const Call call(thread, nullptr);
  __tsan_write8_pc(it->second, here());
}

/// Does libtsan say that nothing orders the two? What orders them orders all that their threads do
/// at those times.
bool LibtsanJudge::ask(const ShadowRecord& earlier, const ShadowRecord& later, std::size_t race) {
  const auto word = own_words_.find({earlier.moment.thread, earlier.clock});
  if (word == own_words_.end()) return false;
  asking_ = true;
  answer_ = false;
  {
    const libtsan::Hush hush;
    // A place of its own for each question: libtsan says the same only once.
    const Call call(later.moment.thread, reinterpret_cast<const void*>(race + 1));
    __tsan_read1_pc(word->second, here());
  }
  asking_ = false;
  return answer_;
}

void LibtsanJudge::on_access(const Thread& thread, const PlainAccess& access) {
  begin_access(thread.id, access.address, access.bytes, access.access == Access::write);
  RaceJudge::on_access(thread, access);
  // What instrumented code does itself goes to libtsan from there.
  if (!access.by_library || !libtsan::knows(access.address)) return;
  const Call call(thread.id, reinterpret_cast<const void*>(access.pc));
  auto* address = reinterpret_cast<void*>(access.address);
  if (access.access == Access::write) {
    __tsan_write_range_pc(address, access.bytes, here());
  } else {
    __tsan_read_range_pc(address, access.bytes, here());
  }
}

void LibtsanJudge::on_atomic(const Thread& thread, const AtomicAccess& access) {
  begin_access(thread.id, access.address, access.bytes, access.kind != AtomicKind::load);
  RaceJudge::on_atomic(thread, access);
}

void LibtsanJudge::on_free(const Thread* thread, std::uintptr_t block, std::size_t bytes) {
  if (thread == nullptr) return;
  begin_access(thread->id, block, bytes, true);
  RaceJudge::on_free(thread, block, bytes);
  const std::uintptr_t pc = thread->calls.empty() ? 0 : thread->calls.back();
  const Call call(thread->id, reinterpret_cast<const void*>(pc));
  __tsan_write_range_pc(reinterpret_cast<void*>(block), bytes, here());
}

void LibtsanJudge::on_race(const ShadowRecord& earlier, const ShadowRecord& later,
                           std::uintptr_t word, bool fresh) {
  const auto [it, unknown] =
      ours_.try_emplace(pair_of(earlier.moment.pc, later.moment.pc), races_.size());
  here_.push_back({it->second, earlier.moment.thread, word});
  if (!unknown || !fresh) return;
  ComparedRace& race = races_.emplace_back();
  race.ours = findings().back();
  race.earlier_raced = raced_.contains({word, {earlier.moment.thread, earlier.clock}});
  race.looked_at = looked_at_;
  note_crowd(race, earlier, word);
  race.agrees = ask(earlier, later, it->second);
}

void LibtsanJudge::on_report(const libtsan::Report& report) {
  if (asking_) {
    answer_ = true;
    return;
  }
  const std::uintptr_t first = report.later.address / 8;
  const std::uintptr_t last = (report.later.address + std::max(report.later.bytes, 1u) - 1) / 8;
  const auto is_it = [&](const Here& h) {
    return h.earlier == report.earlier.thread && h.word >= first && h.word <= last;
  };
  if (report.later.thread != kNoThread) {
    const Epoch now{report.later.thread, order().time_of(report.later.thread)};
    for (std::uintptr_t word = first; word <= last; ++word) raced_.insert({word, now});
  }
  const bool is_ours = std::ranges::any_of(here_, is_it);
  for (const Here& h : here_) {
    if (!is_it(h)) {
      races_[h.race].one_only |= is_ours;
    } else if (!races_[h.race].libtsans) {
      races_[h.race].libtsans = finding_of(report);
    }
  }
  if (is_ours) return;
  const auto pair = pair_of(innermost(report.earlier), innermost(report.later));
  if (!strange_.try_emplace(pair, races_.size()).second) return;
  races_.emplace_back().libtsans = finding_of(report);
}

Deed LibtsanJudge::deed_of(const libtsan::ReportedAccess& access, bool is_later) {
  Deed deed;
  deed.what = access.write ? "writes " : "reads ";
  deed.what += std::to_string(access.bytes) + (access.bytes == 1 ? " byte" : " bytes");
  if (access.atomic) deed.what += " atomically";
  deed.thread = access.thread;
  if (access.thread < scene().threads()) deed.thread_name = scene().name_of(access.thread);
  deed.stack = access.stack;
  deed.address = access.address;
  deed.bytes = access.bytes;
  if (is_later) deed.step = scene().step();
  return deed;
}

Finding LibtsanJudge::finding_of(const libtsan::Report& report) {
  Finding finding;
  finding.law = "RACE";
  finding.message = "libtsan: " + report.what;
  finding.object = report.later.address;
  finding.deeds = {deed_of(report.earlier, false), deed_of(report.later, true)};
  finding.block = scene().block(finding.object);
  return finding;
}

}  // namespace onhook
