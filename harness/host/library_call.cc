// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/library_call.h"

#include <dlfcn.h>

#include "harness/host/code_events.h"
#include "harness/host/field_watch.h"
#include "harness/sched/watcher.h"

namespace onhook {

/// The object that `known` lies in stays the same as a rule: it is the code under test.
bool in_one_object(std::uintptr_t known, std::uintptr_t asked) {
  static std::uintptr_t begin = 0;
  static std::uintptr_t bytes = 0;
  if (known - begin >= bytes) {
    dl_find_object found{};
    if (::_dl_find_object(reinterpret_cast<void*>(known), &found) != 0) return false;
    begin = reinterpret_cast<std::uintptr_t>(found.dlfo_map_start);
    bytes = reinterpret_cast<std::uintptr_t>(found.dlfo_map_end) - begin;
  }
  return asked - begin < bytes;
}

CallSite::CallSite(const void* return_address) : scheduler_(current_scheduler()) {
  if (scheduler_ == nullptr) return;
  Thread& thread = scheduler_->current();
  outer_call_ = thread.library_call;
  outer_depth_ = thread.library_depth;
  const auto pc = reinterpret_cast<std::uintptr_t>(return_address);
  const bool from_code = !thread.calls.empty() && in_one_object(thread.calls.back(), pc);
  pc_ = from_code ? pc : thread.call_pc();
  thread.library_call = pc_;
  thread.library_depth = thread.calls.size();
}

CallSite::~CallSite() {
  if (scheduler_ == nullptr) return;
  Thread& thread = scheduler_->current();
  thread.library_call = outer_call_;
  thread.library_depth = outer_depth_;
}

void LibraryCall::happens() {
  if (scheduler_ == nullptr || count_ == 0) return;
  const std::span<const TouchedRange> ranges(ranges_.data(), count_);
  CodeEvents::Words words;
  if (g_code_hooks.events != nullptr) {
    for (const TouchedRange& range : ranges) {
      const CodeAct act = range.access == Access::write ? CodeAct::writes : CodeAct::reads;
      const auto* address = reinterpret_cast<const void*>(range.object);
      if (words.verb == 0) words = code_event_words(act, address, range.size);
    }
  }
  if (words.verb != 0 || scheduler_->is_point(pc_)) {
    Operation op;
    op.kind = ranges[0].access == Access::write ? OpKind::write : OpKind::read;
    op.access = ranges[0].access;
    op.object = ranges[0].object;
    op.size = ranges[0].size;
    op.ranges = ranges.subspan(1);
    op.pc = pc_;
    op.verb = words.verb;
    op.detail = words.detail;
    scheduler_->perform(op);
  }
  for (const TouchedRange& range : ranges) {
    const PlainAccess access{range.object, range.size, range.access, pc_, true};
    scheduler_->tell_access(access);
    tell_watcher([&](Watcher& w, const Thread& t) { w.on_access(t, access); });
  }
  if (FieldWatch* watch = FieldWatch::get()) watch->flush();
  count_ = 0;
}

}  // namespace onhook
