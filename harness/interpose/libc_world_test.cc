// SPDX-License-Identifier: GPL-3.0-or-later
// The virtual kernel in a real world: its memory is restored before every execution, and real
// libraries (GLib's main loop, stdio, libc's lists) sit on top of it.
#include <fcntl.h>
#include <glib.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/host/world.h"
#include "harness/kernel/kernel.h"
#include "harness/sched/testing.h"

namespace onhook {
namespace {

constexpr std::uint64_t kExecutions = 100;
constexpr TimeNs kSecond = 1'000'000'000;

/// GLib's slices keep free blocks in memory that it took before there was a world, and which nobody
/// restores: it has to be told before it starts to use malloc instead.
[[gnu::constructor]] void start_without_slices(int, char** argv, char**) {
  if (getenv("G_SLICE") != nullptr) return;
  setenv("G_SLICE", "always-malloc", 1);
  execv("/proc/self/exe", argv);
  abort();
}

Kernel* g_kernel = nullptr;

void make_kernel() {
  g_kernel = new Kernel(
      {[](std::string_view what) { current_scheduler()->end_from_inside(End::unmodelled, what); }});
  set_current_kernel(g_kernel);
}

Scheduler& scheduler() { return *current_scheduler(); }

int udp_at(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_DGRAM, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  return bind(fd, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0 ? fd : -1;
}

/// Runs `race` again and again, each time after the same `set_up`.
void repeat(std::function<void()> set_up, std::function<void()> race,
            const std::function<void(const Ending&)>& check) {
  WorldSpec spec;
  spec.set_up = [&] {
    make_kernel();
    if (set_up) set_up();
  };
  spec.race = std::move(race);
  spec.objects = {reinterpret_cast<const void*>(&g_main_loop_run)};
  World world(std::move(spec));
  ASSERT_EQ(world.prepare().end, End::none);
  for (std::uint64_t seed = 0; seed < kExecutions; ++seed) {
    testing::RandomChooser chooser(seed);
    check(world.execute(chooser, {}));
  }
  set_current_kernel(nullptr);
}

// GLib's loop is the real one; it sleeps in our poll and is woken through our eventfd.
TEST(LibcInAWorld, carries_a_main_loop_of_glib) {
  TimeNs waited = 0;
  repeat(
      {},
      [&] {
        const TimeNs began = scheduler().now();
        waited = -1;
        GMainContext* context = g_main_context_new();
        GMainLoop* loop = g_main_loop_new(context, FALSE);
        scheduler().spawn("quitter", "", [loop] {
          usleep(1'500'000);
          g_main_loop_quit(loop);
        });
        g_main_loop_run(loop);
        waited = scheduler().now() - began;
        g_main_loop_unref(loop);
        g_main_context_unref(context);
        EXPECT_EQ(g_kernel->descriptors().open_count(), 0u);
      },
      [&](const Ending& ending) {
        EXPECT_EQ(ending.end, End::quiescent) << ending.why;
        EXPECT_EQ(waited, 3 * kSecond / 2);
      });
}

TEST(LibcInAWorld, gives_the_same_descriptors_in_every_execution) {
  int before = -1;
  repeat([&] { before = udp_at(10000); },
         [&] {
           EXPECT_EQ(g_kernel->descriptors().log().size(), 1u);
           char c;
           EXPECT_EQ(recv(before, &c, 1, MSG_DONTWAIT), -1) << "what the last one sent is gone";
           EXPECT_EQ(udp_at(10002), before + 1);
           sockaddr_in to{};
           to.sin_family = AF_INET;
           to.sin_port = htons(10000);
           EXPECT_EQ(sendto(before, "x", 1, 0, reinterpret_cast<sockaddr*>(&to), sizeof to), 1);
           if (scheduler().choose("close it?", 2) == 0) close(before);
         },
         [](const Ending& ending) { EXPECT_EQ(ending.end, End::quiescent) << ending.why; });
}

// Libc keeps a list of streams in memory of its own, which nobody restores.
TEST(LibcInAWorld, forgets_streams_that_an_execution_left_open) {
  FILE* kept = nullptr;
  repeat([&] { kept = fopen("/kept", "w"); },
         [&] {
           EXPECT_EQ(fputs("line\n", kept), 1);
           EXPECT_EQ(fflush(kept), 0);
           EXPECT_EQ(g_kernel->files().contents("/kept")->size(), 5u);
           FILE* left_open = fopen("/left", "w");
           EXPECT_EQ(fileno(left_open), 4);
           fputs("never flushed", left_open);
           FILE* closed = fopen("/closed", "w");
           fputs("all of it", closed);
           EXPECT_EQ(fclose(closed), 0);
           EXPECT_EQ(g_kernel->files().contents("/closed")->size(), 9u);
         },
         [](const Ending& ending) { EXPECT_EQ(ending.end, End::quiescent) << ending.why; });
  EXPECT_EQ(fflush(nullptr), 0) << "and the process's own list is whole";
}

}  // namespace
}  // namespace onhook
