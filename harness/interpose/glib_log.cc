// SPDX-License-Identifier: GPL-3.0-or-later
// What GLib complains of (a table that is NULL, a bad argument) becomes a fact of the trace. Its
// own handler would ask libc for the local time, and what libc keeps of time zones is not restored:
// an execution that ends there would leave libc's lock to the next one.
#include <fmt/format.h>
#include <glib.h>

#include "fakes/vocabulary.h"
#include "harness/base/strings.h"
#include "harness/host/world.h"
#include "harness/host/world_memory.h"
#include "harness/sched/scheduler.h"

namespace onhook {
namespace {

void note_line(const gchar* domain, GLogLevelFlags level, const gchar* message, gpointer) {
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr) return;
  StringId verb = 0;
  StringId line = 0;
  {
    HarnessScope harness;
    const std::string_view kind = (level & G_LOG_LEVEL_ERROR) != 0      ? "error"
                                  : (level & G_LOG_LEVEL_CRITICAL) != 0 ? "critical"
                                                                        : "message";
    verb = intern(fakes::verb::kLogs);
    line = intern(fmt::format("{} {}: {}", domain == nullptr ? "GLib" : domain, kind,
                              message == nullptr ? "" : message));
  }
  scheduler->note(0, verb, line);
}

[[maybe_unused]] const bool kRegistered =
    (register_world_part([] { g_log_set_default_handler(note_line, nullptr); }), true);

}  // namespace
}  // namespace onhook
