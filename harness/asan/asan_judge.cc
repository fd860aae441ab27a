// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/asan/asan_judge.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "harness/interpose/poisoned.h"

// Of libasan.so.8 (GCC 12); see compiler-rt/include/sanitizer/asan_interface.h of LLVM.
extern "C" {
void __asan_poison_memory_region(const volatile void* begin, std::size_t bytes);
void __asan_unpoison_memory_region(const volatile void* begin, std::size_t bytes);
void* __asan_region_is_poisoned(void* begin, std::size_t bytes);
void __asan_report_error(std::uintptr_t pc, std::uintptr_t frame, std::uintptr_t stack,
                         std::uintptr_t address, int write, std::uintptr_t bytes,
                         std::uint32_t experiment);
const char* __asan_get_report_description();
void __sanitizer_set_report_fd(void* fd);
__attribute__((visibility("default"))) const char* __asan_default_options();
__attribute__((visibility("default"))) void __asan_on_error();
}

namespace onhook {
namespace {

AsanJudge* g_judge = nullptr;
std::string g_description;

void poison(std::uintptr_t begin, std::uintptr_t end) {
  __asan_poison_memory_region(reinterpret_cast<void*>(begin), end - begin);
}

/// ", 4 bytes behind a block of 16"; "" where none is near.
std::string beside_a_block(const Scene& scene, std::uintptr_t address) {
  constexpr std::uintptr_t kNear = 32;
  for (std::uintptr_t away = 1; away <= kNear; ++away) {
    std::uintptr_t begin = 0;
    if (const auto* block = scene.block_at(address - away, &begin)) {
      return fmt::format(", {} bytes behind a block of {}", address - begin - block->bytes,
                         block->bytes);
    }
    if (const auto* block = scene.block_at(address + away)) {
      return fmt::format(", {} bytes before a block of {}", away, block->bytes);
    }
  }
  return "";
}

}  // namespace

AsanJudge::AsanJudge(Scene& scene) : Judge(scene) {
  g_judge = this;
  g_on_poisoned = on_poisoned;
}

AsanJudge::~AsanJudge() {
  g_on_poisoned = nullptr;
  g_judge = nullptr;
}

void AsanJudge::set_output(bool shown) {
  const std::intptr_t fd = shown ? STDERR_FILENO : ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  __sanitizer_set_report_fd(reinterpret_cast<void*>(fd));
}

void AsanJudge::on_allocate(const Thread*, std::uintptr_t block, std::size_t bytes) {
  // Blocks begin at multiples of 16, and 16 bytes before each are never handed out.
  constexpr std::uintptr_t kGap = 16;
  const std::uintptr_t end = (block + bytes + kGap - 1) & ~(kGap - 1);
  poison(block - kGap, block);
  __asan_unpoison_memory_region(reinterpret_cast<void*>(block), bytes);
  poison(block + bytes, end + kGap);
}

void AsanJudge::on_free(const Thread*, std::uintptr_t block, std::size_t bytes) {
  if (bytes > 0) poison(block, block + bytes);
}

void AsanJudge::on_access(const Thread& thread, const PlainAccess& access) {
  // What instrumented code does itself is looked at in interpose/asan_abi.cc.
  if (!access.by_library) return;
  if (__asan_region_is_poisoned(reinterpret_cast<void*>(access.address), access.bytes) == nullptr) {
    return;
  }
  const auto frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  accuse(thread, access.address, access.bytes, access.access == Access::write, access.pc, frame);
}

void AsanJudge::on_poisoned(const void* address, std::size_t bytes, bool write, const void* pc,
                            const void* frame) {
  const Thread& thread = current_scheduler()->current();
  HarnessScope harness;
  if (g_judge == nullptr) return;
  g_judge->accuse(thread, reinterpret_cast<std::uintptr_t>(address), bytes, write,
                  reinterpret_cast<std::uintptr_t>(pc), reinterpret_cast<std::uintptr_t>(frame));
}

void AsanJudge::accuse(const Thread& thread, std::uintptr_t address, std::size_t bytes, bool write,
                       std::uintptr_t pc, std::uintptr_t frame) {
  if (!accused_.insert({pc, address}).second) return;
  g_description.clear();
  __asan_report_error(pc, frame, frame, address, write ? 1 : 0, bytes, 0);
  Finding finding;
  finding.law = "ASAN";
  finding.message = "AddressSanitizer: " + g_description;
  finding.object = address;
  const char* unit = bytes == 1 ? "byte" : "bytes";
  finding.deeds = {
      scene().deed_now(fmt::format("{} {} {}", write ? "writes" : "reads", bytes, unit), thread, pc,
                       address, static_cast<std::uint32_t>(bytes))};
  finding.block = scene().block(address);
  if (!finding.block) finding.message += beside_a_block(scene(), address);
  report(std::move(finding));
}

}  // namespace onhook

extern "C" {

// Before main(), and before any constructor of ours.
const char* __asan_default_options() {
  return "verify_asan_link_order=0:halt_on_error=0:exitcode=0:detect_leaks=0:use_sigaltstack=0:"
         "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:"
         "detect_stack_use_after_return=0:suppress_equal_pcs=0:print_stats=0";
}

void __asan_on_error() {
  const char* description = __asan_get_report_description();
  onhook::g_description = description != nullptr ? description : "an error";
}

}  // extern "C"
