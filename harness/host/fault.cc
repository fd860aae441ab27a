// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/fault.h"

#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdint>
#include <string>

#include "harness/base/check.h"
#include "harness/host/snapshot.h"
#include "harness/host/symbols.h"
#include "harness/host/world_memory.h"
#include "harness/sched/debug_stop.h"
#include "harness/sched/scheduler.h"

namespace onhook {
namespace {

constexpr std::size_t kStackBytes = 256 * 1024;
/// Ticks of the watchdog without a step before a loop is called endless.
constexpr int kWatchdogTicks = 3;

Snapshot* g_snapshot = nullptr;
char* g_signal_stack = nullptr;
char* g_leave_stack = nullptr;

/// What the handler saw, for leave_world(), which runs after it has returned.
struct Seen {
  int signal = 0;
  std::uintptr_t address = 0;
  std::uintptr_t pc = 0;
};
Seen g_seen;

std::string describe(const Seen& seen) {
  if (seen.signal == SIGVTALRM) {
    return "an endless loop in " + describe_address(reinterpret_cast<void*>(seen.pc));
  }
  const char* name = sigabbrev_np(seen.signal);
  std::string where = describe_address(reinterpret_cast<void*>(seen.pc));
  if (where.empty()) where = "unknown code";
  std::string text = fmt::format("SIG{} in {}", name != nullptr ? name : "?", where);
  if (seen.signal != SIGSEGV && seen.signal != SIGBUS) return text;
  if (WorldMemory::is_stack_guard(seen.address)) return text + ": stack overflow";
  constexpr std::uint64_t kFresh = 0xbebebebebebebebe;
  constexpr std::uint64_t kFreed = 0xdfdfdfdfdfdfdfdf;
  // Addresses beyond the canonical range arrive as 0.
  if (seen.address < 4096) return text + ": null or wild pointer";
  if ((seen.address ^ kFresh) < 4096) return text + ": uninitialised pointer";
  if ((seen.address ^ kFreed) < 4096) return text + ": pointer read from a freed block";
  return text + ": wild pointer";
}

/// Runs on a stack of its own, outside signal context, in the world's name.
[[noreturn]] void leave_world() {
  std::string why;
  {
    HarnessScope harness;
    why = describe(g_seen);
  }
  const End end = g_seen.signal == SIGVTALRM ? End::spin_limit : End::fault;
  current_scheduler()->end_from_inside(end, why);
}

/// Makes the interrupted code continue at leave_world().
void redirect(ucontext_t& context, int signal, std::uintptr_t address) {
  g_seen = {signal, address, static_cast<std::uintptr_t>(context.uc_mcontext.gregs[REG_RIP])};
  context.uc_mcontext.gregs[REG_RIP] = reinterpret_cast<greg_t>(&leave_world);
  // As after a call: 16-byte aligned, less the return address.
  context.uc_mcontext.gregs[REG_RSP] = reinterpret_cast<greg_t>(g_leave_stack + kStackBytes - 264);
}

void on_fault(int signal, siginfo_t* info, void* raw_context) {
  const auto address = reinterpret_cast<std::uintptr_t>(info->si_addr);
  if (signal == SIGSEGV && g_snapshot != nullptr && !WorldMemory::is_stack_guard(address) &&
      g_snapshot->on_write_fault(address)) {
    return;
  }
  if (current_scheduler() != nullptr) {
    if (onhook_debug.active != 0) onhook_debug_fault(signal);
    redirect(*static_cast<ucontext_t*>(raw_context), signal, address);
    return;
  }
  // Ours: say so and die of it.
  const char text[] = "onhook: a fatal signal in the harness itself\n";
  [[maybe_unused]] auto written = ::write(STDERR_FILENO, text, sizeof text - 1);
  ::signal(signal, SIG_DFL);
}

void on_watchdog(int signal, siginfo_t*, void* raw_context) {
  static const Scheduler* watched = nullptr;
  static std::uint32_t step = 0;
  static int ticks = 0;
  Scheduler* scheduler = current_scheduler();
  if (scheduler == nullptr || scheduler != watched || scheduler->step() != step) {
    watched = scheduler;
    step = scheduler != nullptr ? scheduler->step() : 0;
    ticks = 0;
    return;
  }
  if (++ticks < kWatchdogTicks) return;
  ticks = 0;
  redirect(*static_cast<ucontext_t*>(raw_context), signal, 0);
}

char* map_stack() {
  void* p =
      ::mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ONHOOK_CHECK(p != MAP_FAILED, "no memory for a signal stack");
  return static_cast<char*>(p);
}

}  // namespace

void set_fault_snapshot(Snapshot* snapshot) { g_snapshot = snapshot; }

void install_fault_handlers() {
  if (g_signal_stack != nullptr) return;
  g_signal_stack = map_stack();
  g_leave_stack = map_stack();
  const stack_t stack{.ss_sp = g_signal_stack, .ss_flags = 0, .ss_size = kStackBytes};
  ::sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  action.sa_sigaction = on_fault;
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP}) {
    ::sigaction(signal, &action, nullptr);
  }
  action.sa_sigaction = on_watchdog;
  ::sigaction(SIGVTALRM, &action, nullptr);
  const itimerval every{{0, 500'000}, {0, 500'000}};
  ::setitimer(ITIMER_VIRTUAL, &every, nullptr);
}

}  // namespace onhook
