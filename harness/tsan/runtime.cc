// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/tsan/runtime.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

#include "harness/base/check.h"
#include "harness/tsan/libtsan_abi.h"

namespace onhook::libtsan {
namespace {

constexpr std::size_t kMostFrames = 128;

Text g_text = Text::hidden;
std::intptr_t g_nowhere = -1;
std::function<void(const Report&)> g_listener;
void* g_outside = nullptr;       // the fiber that the process began with
std::vector<void*> g_fibers;     // by thread of the world
ThreadId g_current = kNoThread;  // kNoThread: g_outside
void (*g_func_entry)(void*) = nullptr;
void (*g_func_exit)() = nullptr;

/// Of what this executable defines too, for instrumented code.
template <typename Function>
void find_libtsans(Function*& function, const char* name) {
  function = reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
  ONHOOK_CHECK(function != nullptr, "libtsan is not what it should be");
}

const void* image_of(const void* address) {
  Dl_info info{};
  return ::dladdr(address, &info) != 0 ? info.dli_fbase : nullptr;
}

void print_to(std::intptr_t fd) { __sanitizer_set_report_fd(reinterpret_cast<void*>(fd)); }

std::intptr_t usual_output() { return g_text == Text::shown ? STDERR_FILENO : g_nowhere; }

void switch_to(ThreadId thread) {
  if (thread == g_current) return;
  g_current = thread;
  __tsan_switch_to_fiber(thread == kNoThread ? g_outside : g_fibers.at(thread),
                         kTsanSwitchWithoutSync);
}

/// libtsan's number of a thread to ours.
using ThreadNumbers = std::vector<std::pair<int, ThreadId>>;

ThreadNumbers threads_in(void* report, int count) {
  ThreadNumbers numbers;
  for (int i = 0; i < count; ++i) {
    int tid = 0;
    int running = 0;
    int parent = 0;
    unsigned long os_id = 0;
    const char* name = nullptr;
    void* frames[1] = {};
    __tsan_get_report_thread(report, static_cast<unsigned long>(i), &tid, &os_id, &running, &name,
                             &parent, frames, 1);
    ThreadId thread = kNoThread;
    if (name != nullptr) std::from_chars(name, name + std::strlen(name), thread);
    numbers.emplace_back(tid, thread);
  }
  return numbers;
}

bool is_own_code(const void* pc) {
  static const std::array images = {image_of(reinterpret_cast<const void*>(&is_own_code)),
                                    image_of(reinterpret_cast<const void*>(g_func_entry))};
  const void* image = image_of(pc);
  return image == images[0] || image == images[1];
}

ReportedAccess access_in(void* report, unsigned long index, const ThreadNumbers& threads) {
  int tid = 0;
  void* address = nullptr;
  int bytes = 0;
  int write = 0;
  int atomic = 0;
  std::array<void*, kMostFrames> frames{};
  __tsan_get_report_mop(report, index, &tid, &address, &bytes, &write, &atomic, frames.data(),
                        frames.size());
  ReportedAccess access;
  for (const auto& [number, thread] : threads) {
    if (number == tid) access.thread = thread;
  }
  access.address = reinterpret_cast<std::uintptr_t>(address);
  access.bytes = static_cast<std::uint32_t>(bytes);
  access.write = write != 0;
  access.atomic = atomic != 0;
  for (const void* pc : frames) {
    if (pc == nullptr) break;
    if (access.stack.empty() && is_own_code(pc)) continue;
    access.stack.push_back(reinterpret_cast<std::uintptr_t>(pc));
  }
  return access;
}

}  // namespace

bool knows(std::uintptr_t address) {
  // tsan_platform.h, Linux on x86-64 with 48 bits: what programs, libraries and stacks are put in.
  return (address >= 0x1000 && address < 0x80'0000'0000) ||
         (address >= 0x5500'0000'0000 && address < 0x5680'0000'0000) ||
         (address >= 0x7e80'0000'0000 && address < 0x8000'0000'0000);
}

Call::Call(ThreadId thread, const void* pc) : frame_(pc != nullptr) {
  switch_to(thread);
  if (frame_) g_func_entry(const_cast<void*>(pc));
}

Call::~Call() {
  if (frame_) g_func_exit();
}

void start(Text text) {
  ONHOOK_CHECK(g_outside == nullptr, "libtsan is started once");
  g_text = text;
  find_libtsans(g_func_entry, "__tsan_func_entry");
  find_libtsans(g_func_exit, "__tsan_func_exit");
  for (const char* name : {"memcpy", "pthread_mutex_lock", "free", "_Znwm"}) {
    ONHOOK_CHECK(image_of(::dlsym(RTLD_DEFAULT, name)) !=
                     image_of(reinterpret_cast<const void*>(g_func_entry)),
                 "libtsan stands before the libraries whose functions it replaces");
  }
  void (*init)() = nullptr;
  find_libtsans(init, "__tsan_init");
  init();
  g_nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  print_to(usual_output());
  g_outside = __tsan_get_current_fiber();
}

void spawn(ThreadId parent, ThreadId child) {
  switch_to(parent);
  if (child >= g_fibers.size()) g_fibers.resize(child + 1u);
  ONHOOK_CHECK(g_fibers[child] == nullptr, "libtsan watches one execution a process");
  g_fibers[child] = __tsan_create_fiber(0);
  __tsan_set_fiber_name(g_fibers[child], fmt::format("{}", child).c_str());
}

Hush::Hush() { print_to(g_nowhere); }

Hush::~Hush() { print_to(usual_output()); }

void begin_forked() { print_to(usual_output()); }

void leave() { switch_to(kNoThread); }

void set_listener(std::function<void(const Report&)> listener) { g_listener = std::move(listener); }

}  // namespace onhook::libtsan

extern "C" {

const char* __tsan_default_options() {
  // As talkative as it can be: it leaves out a report only when it has given one with the very same
  // two stacks. Signals and the exit code are ours.
  static const std::string options = fmt::format(
      "suppress_equal_addresses=0:history_size=7:report_thread_leaks=0:report_mutex_bugs=0:"
      "exitcode=0:atexit_sleep_ms=0:use_sigaltstack=0:handle_segv=0:handle_sigbus=0:"
      "handle_sigfpe=0:handle_sigill=0:handle_abort=0:symbolize={}",
      onhook::libtsan::g_text == onhook::libtsan::Text::shown ? 1 : 0);
  return options.c_str();
}

void __tsan_on_report(void* report) {
  using namespace onhook::libtsan;
  const char* what = nullptr;
  int count = 0;
  int stacks = 0;
  int accesses = 0;
  int locations = 0;
  int mutexes = 0;
  int threads = 0;
  int unique_threads = 0;
  void* sleep[1] = {};
  __tsan_get_report_data(report, &what, &count, &stacks, &accesses, &locations, &mutexes, &threads,
                         &unique_threads, sleep, 1);
  if (accesses < 2 || !g_listener) return;
  const ThreadNumbers numbers = threads_in(report, threads);
  g_listener({what, access_in(report, 1, numbers), access_in(report, 0, numbers)});
}

}  // extern "C"
