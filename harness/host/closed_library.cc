// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/closed_library.h"

#include <dlfcn.h>
#include <elf.h>
#include <fmt/format.h>
#include <link.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "harness/base/check.h"
#include "harness/sched/scheduler.h"

namespace onhook {
namespace {

constexpr std::uintptr_t kPage = 4096;

/// From interpose/symbols/*.txt; NAME* stands for all that begin so.
constexpr std::string_view kKnown[] = {
#include "harness/host/known_symbols.inc"
};

constexpr std::size_t kMostRefused = 256;
std::array<const char*, kMostRefused> g_refused{};
std::size_t g_refused_count = 0;

[[noreturn]] void refuse(std::size_t number) {
  const char* name = g_refused[number];
  Scheduler* scheduler = current_scheduler();
  if (scheduler != nullptr) {
    scheduler->end_from_inside(End::unmodelled, fmt::format("{}, called by a library", name));
  }
  std::fprintf(stderr, "onhook: not modelled: %s, called by a library\n", name);
  std::abort();
}

/// One function a name: what is called in its place does not tell who was meant.
template <std::size_t number>
void refused() {
  refuse(number);
}

template <std::size_t... numbers>
constexpr std::array<void (*)(), sizeof...(numbers)> refusals(std::index_sequence<numbers...>) {
  return {refused<numbers>...};
}

std::uintptr_t refusal_of(const char* name) {
  static constexpr auto kRefusals = refusals(std::make_index_sequence<kMostRefused>{});
  const auto end = g_refused.begin() + static_cast<std::ptrdiff_t>(g_refused_count);
  auto at = std::find_if(g_refused.begin(), end,
                         [&](const char* known) { return std::string_view(known) == name; });
  if (at == end) {
    ONHOOK_CHECK(g_refused_count < kMostRefused, "a library asks for too much that is unknown");
    *at = name;
    ++g_refused_count;
  }
  return reinterpret_cast<std::uintptr_t>(
      kRefusals[static_cast<std::size_t>(at - g_refused.begin())]);
}

struct DynamicSection {
  const char* strings = nullptr;
  const ElfW(Sym) * symbols = nullptr;
  const ElfW(Rela) * relocations[2] = {nullptr, nullptr};  ///< of data, of calls
  std::size_t bytes[2] = {0, 0};
};

DynamicSection dynamic_section(const link_map& map) {
  DynamicSection found;
  for (const ElfW(Dyn)* d = map.l_ld; d->d_tag != DT_NULL; ++d) {
    const auto address = d->d_un.d_ptr;
    if (d->d_tag == DT_STRTAB) found.strings = reinterpret_cast<const char*>(address);
    if (d->d_tag == DT_SYMTAB) found.symbols = reinterpret_cast<const ElfW(Sym)*>(address);
    if (d->d_tag == DT_RELA) found.relocations[0] = reinterpret_cast<const ElfW(Rela)*>(address);
    if (d->d_tag == DT_RELASZ) found.bytes[0] = d->d_un.d_val;
    if (d->d_tag == DT_JMPREL) found.relocations[1] = reinterpret_cast<const ElfW(Rela)*>(address);
    if (d->d_tag == DT_PLTRELSZ) found.bytes[1] = d->d_un.d_val;
  }
  return found;
}

/// What the dynamic linker has made unwritable after it was done.
struct ReadOnlyData {
  std::uintptr_t base;
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  void protect(int how) const {
    if (begin == end) return;
    ONHOOK_CHECK(::mprotect(reinterpret_cast<void*>(begin), end - begin, how) == 0,
                 "a library's relocations cannot be changed");
  }
};

ReadOnlyData read_only_data(std::uintptr_t base) {
  ReadOnlyData data{base};
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* out) {
        auto& found = *static_cast<ReadOnlyData*>(out);
        if (info->dlpi_addr != found.base) return 0;
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const ElfW(Phdr)& p = info->dlpi_phdr[i];
          if (p.p_type != PT_GNU_RELRO) continue;
          found.begin = (found.base + p.p_vaddr) & ~(kPage - 1);
          found.end = (found.base + p.p_vaddr + p.p_memsz) & ~(kPage - 1);
        }
        return 1;
      },
      &data);
  return data;
}

/// Who is to be called: the library's own function, a refusal, or (0) whoever it is.
std::uintptr_t callee(const ElfW(Sym) & symbol, const char* name, std::uintptr_t base) {
  const auto type = ELF64_ST_TYPE(symbol.st_info);
  if (type != STT_FUNC && type != STT_NOTYPE) return 0;
  if (symbol.st_shndx != SHN_UNDEF) return type == STT_FUNC ? base + symbol.st_value : 0;
  const bool may_be_missing = ELF64_ST_BIND(symbol.st_info) == STB_WEAK;
  return may_be_missing || is_known_symbol(name) ? 0 : refusal_of(name);
}

}  // namespace

bool is_known_symbol(std::string_view name) {
  return std::ranges::any_of(kKnown, [name](std::string_view known) {
    return known.ends_with('*') ? name.starts_with(known.substr(0, known.size() - 1))
                                : name == known;
  });
}

std::vector<std::string> close_library(const void* inside) {
  Dl_info info{};
  link_map* map = nullptr;
  const bool found = ::dladdr1(inside, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) != 0;
  ONHOOK_CHECK(found && map != nullptr, "the address belongs to no library");
  const DynamicSection dynamic = dynamic_section(*map);
  const ReadOnlyData read_only = read_only_data(map->l_addr);
  read_only.protect(PROT_READ | PROT_WRITE);
  for (std::size_t table : {0, 1}) {
    const std::size_t count = dynamic.bytes[table] / sizeof(ElfW(Rela));
    for (std::size_t i = 0; i < count; ++i) {
      const ElfW(Rela)& relocation = dynamic.relocations[table][i];
      const auto type = ELF64_R_TYPE(relocation.r_info);
      if (type != R_X86_64_JUMP_SLOT && type != R_X86_64_GLOB_DAT && type != R_X86_64_64) continue;
      const ElfW(Sym)& symbol = dynamic.symbols[ELF64_R_SYM(relocation.r_info)];
      const std::uintptr_t to = callee(symbol, dynamic.strings + symbol.st_name, map->l_addr);
      if (to == 0) continue;
      *reinterpret_cast<std::uintptr_t*>(map->l_addr + relocation.r_offset) =
          to + static_cast<std::uintptr_t>(type == R_X86_64_64 ? relocation.r_addend : 0);
    }
  }
  read_only.protect(PROT_READ);
  std::vector<std::string> names(g_refused.begin(),
                                 g_refused.begin() + static_cast<std::ptrdiff_t>(g_refused_count));
  std::ranges::sort(names);
  return names;
}

}  // namespace onhook
