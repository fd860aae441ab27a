// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/main_loop.h"

#include <glib-unix.h>
#include <glib.h>

#include <csignal>
#include <memory>
#include <utility>

#include "e2e/failure.h"

namespace onhook::e2e {
namespace {

int ended_by = 0;    // the signal
std::string failed;  // in a callback

template <int signal>
gboolean on_signal(gpointer) {
  ended_by = signal;
  return G_SOURCE_CONTINUE;
}

// Nobody waits longer than this without looking at what it waits for.
constexpr guint kGlanceMs = 20;

}  // namespace

TimeNs now() { return g_get_monotonic_time() * 1000; }

void wait_until(const std::function<bool()>& done, TimeNs limit, std::string_view what) {
  const TimeNs end = now() + limit;
  const guint glance = g_timeout_add(
      kGlanceMs, [](gpointer) -> gboolean { return TRUE; }, nullptr);
  const std::unique_ptr<const guint, void (*)(const guint*)> source(
      &glance, [](const guint* id) { g_source_remove(*id); });
  while (!done()) {
    if (ended_by != 0) throw Failure("ended by {}", ended_by == SIGINT ? "SIGINT" : "SIGTERM");
    if (!failed.empty()) throw Failure("{}", std::exchange(failed, ""));
    if (now() >= end)
      throw Failure("{}: not within {:.1f} s", what, static_cast<double>(limit) / 1e9);
    g_main_context_iteration(nullptr, TRUE);
  }
}

void fail_later(std::string why) {
  if (failed.empty()) failed = std::move(why);
}

void pass(TimeNs time) {
  const TimeNs end = now() + time;
  wait_until([end] { return now() >= end; }, time + 60'000'000'000, "the time to pass");
}

struct Timers::Job {
  Timers* timers;
  std::function<void()> what;
  guint source = 0;
};

void Timers::after(TimeNs time, std::function<void()> job) {
  auto* made = new Job{this, std::move(job)};
  jobs_.push_back(made);
  made->source = g_timeout_add_full(
      G_PRIORITY_DEFAULT, static_cast<guint>(time / 1'000'000),
      [](gpointer data) -> gboolean {
        auto* due = static_cast<Job*>(data);
        std::erase(due->timers->jobs_, due);
        guarded(due->what);
        return G_SOURCE_REMOVE;
      },
      made, [](gpointer data) { delete static_cast<Job*>(data); });
}

void Timers::drop() {
  for (const Job* job : std::exchange(jobs_, {})) g_source_remove(job->source);
}

void catch_signals() {
  g_unix_signal_add(SIGINT, on_signal<SIGINT>, nullptr);
  g_unix_signal_add(SIGTERM, on_signal<SIGTERM>, nullptr);
}

}  // namespace onhook::e2e
