// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/asan/asan_judge.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstring>
#include <utility>

#include "harness/interpose/poisoned.h"

// Of libasan.so.8 (GCC 12); see compiler-rt/include/sanitizer/asan_interface.h of LLVM.
extern "C" {
void __asan_unpoison_memory_region(const volatile void* begin, std::size_t bytes);
void* __asan_region_is_poisoned(void* begin, std::size_t bytes);
void __asan_get_shadow_mapping(std::size_t* scale, std::size_t* offset);
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

// What the runtime's own allocator writes into the shadow of 8 bytes, and its reports go by
// (compiler-rt/lib/asan/asan_internal.h).
constexpr int kAroundBlock = 0xfa;
constexpr int kFreedBlock = 0xfd;
constexpr std::uintptr_t kGranule = 8;

std::uintptr_t rounded_up(std::uintptr_t n, std::uintptr_t to) { return (n + to - 1) / to * to; }

/// Both ends are multiples of 8.
void shade(std::uintptr_t begin, std::uintptr_t end, int poison) {
  static std::size_t scale = 0;
  static std::size_t offset = 0;
  if (offset == 0) __asan_get_shadow_mapping(&scale, &offset);
  std::memset(reinterpret_cast<void*>((begin >> scale) + offset), poison, (end - begin) >> scale);
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

bool AsanJudge::is_poisoned(std::uintptr_t address, std::size_t bytes) {
  return __asan_region_is_poisoned(reinterpret_cast<void*>(address), bytes) != nullptr;
}

void AsanJudge::on_allocate(const Thread*, std::uintptr_t block, std::size_t bytes) {
  // Blocks begin at multiples of 16, and 16 bytes before each are never handed out.
  constexpr std::uintptr_t kGap = 16;
  shade(block - kGap, rounded_up(block + bytes, kGap) + kGap, kAroundBlock);
  __asan_unpoison_memory_region(reinterpret_cast<void*>(block), bytes);
}

void AsanJudge::on_free(const Thread* thread, std::uintptr_t block, std::size_t bytes) {
  if (is_poisoned(block, 1)) {
    if (thread != nullptr) look(*thread, {block, 1, true, thread->call_pc(), "frees it"});
  } else if (bytes > 0) {
    shade(block, rounded_up(block + bytes, kGranule), kFreedBlock);
  }
}

void AsanJudge::on_access(const Thread& thread, const PlainAccess& access) {
  // What instrumented code does itself is looked at in interpose/asan_abi.cc.
  if (!access.by_library) return;
  look(thread, {access.address, access.bytes, access.access == Access::write, access.pc});
}

void AsanJudge::on_atomic(const Thread& thread, const AtomicAccess& access) {
  look(thread, {access.address, access.bytes, access.kind != AtomicKind::load, access.pc});
}

void AsanJudge::look(const Thread& thread, const Touch& touch) {
  if (!is_poisoned(touch.address, touch.bytes)) return;
  accuse(thread, touch, reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)));
}

void AsanJudge::on_poisoned(const void* address, std::size_t bytes, bool write, const void* pc,
                            const void* frame) {
  const Thread& thread = current_scheduler()->current();
  HarnessScope harness;
  if (g_judge == nullptr) return;
  const Touch touch{reinterpret_cast<std::uintptr_t>(address), bytes, write,
                    reinterpret_cast<std::uintptr_t>(pc)};
  g_judge->accuse(thread, touch, reinterpret_cast<std::uintptr_t>(frame));
}

void AsanJudge::accuse(const Thread& thread, const Touch& touch, std::uintptr_t frame) {
  if (!accused_.insert({touch.pc, touch.address}).second) return;
  g_description.clear();
  __asan_report_error(touch.pc, frame, frame, touch.address, touch.write ? 1 : 0, touch.bytes, 0);
  Finding finding;
  finding.law = "ASAN";
  finding.message = "AddressSanitizer: " + g_description;
  finding.object = touch.address;
  std::string what = fmt::format("{} {} {}", touch.write ? "writes" : "reads", touch.bytes,
                                 touch.bytes == 1 ? "byte" : "bytes");
  if (touch.deed != nullptr) what = touch.deed;
  finding.deeds = {scene().deed_now(std::move(what), thread, touch.pc, touch.address,
                                    static_cast<std::uint32_t>(touch.bytes))};
  finding.block = scene().block(touch.address);
  if (!finding.block) finding.message += beside_a_block(scene(), touch.address);
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
