// SPDX-License-Identifier: GPL-3.0-or-later
// Which parts of the loaded shared objects belong to the world.
#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include "harness/base/check.h"
#include "harness/host/snapshot.h"

namespace onhook {
namespace {

constexpr std::uintptr_t kPage = 4096;

/// Shared with the harness: restoring them would take the harness back in time.
constexpr std::array<std::string_view, 8> kShared = {"libc.so",   "ld-linux", "libm.so",
                                                     "libstdc++", "libgcc_s", "libpthread",
                                                     "libdl.so",  "libboost_"};

bool is_shared(std::string_view path) {
  const std::string_view file = path.substr(path.rfind('/') + 1);
  return std::ranges::any_of(kShared, [&](std::string_view s) { return file.starts_with(s); });
}

/// Adds the object's path and, transitively, those of the libraries that it needs.
void add_needed(const char* path, std::set<std::string>& objects) {
  void* handle = ::dlopen(path, RTLD_NOW | RTLD_NOLOAD);
  if (handle == nullptr) return;
  link_map* map = nullptr;
  ::dlinfo(handle, RTLD_DI_LINKMAP, &map);
  if (map != nullptr && !is_shared(map->l_name) && objects.insert(map->l_name).second) {
    const char* strings = nullptr;
    for (const ElfW(Dyn)* d = map->l_ld; d->d_tag != DT_NULL; ++d) {
      if (d->d_tag == DT_STRTAB) strings = reinterpret_cast<const char*>(d->d_un.d_ptr);
    }
    for (const ElfW(Dyn)* d = map->l_ld; d->d_tag != DT_NULL && strings != nullptr; ++d) {
      if (d->d_tag == DT_NEEDED) add_needed(strings + d->d_un.d_val, objects);
    }
  }
  ::dlclose(handle);
}

struct Search {
  const std::set<std::string>* objects;
  std::vector<MemoryRange> ranges;
};

int add_ranges(dl_phdr_info* info, std::size_t, void* data) {
  auto& search = *static_cast<Search*>(data);
  if (!search.objects->contains(info->dlpi_name)) return 0;
  std::uintptr_t relro_end = 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& p = info->dlpi_phdr[i];
    if (p.p_type == PT_GNU_RELRO) {
      relro_end = (info->dlpi_addr + p.p_vaddr + p.p_memsz) & ~(kPage - 1);
    }
  }
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& p = info->dlpi_phdr[i];
    if (p.p_type != PT_LOAD || (p.p_flags & PF_W) == 0) continue;
    const std::uintptr_t end = (info->dlpi_addr + p.p_vaddr + p.p_memsz + kPage - 1) & ~(kPage - 1);
    const std::uintptr_t begin = std::max((info->dlpi_addr + p.p_vaddr) & ~(kPage - 1), relro_end);
    if (begin < end) search.ranges.push_back({begin, end});
  }
  return 0;
}

}  // namespace

std::vector<MemoryRange> writable_data_of(const void* symbol) {
  Dl_info info{};
  ONHOOK_CHECK(::dladdr(symbol, &info) != 0, "the symbol belongs to no shared object");
  std::set<std::string> objects;
  add_needed(info.dli_fname, objects);
  Search search{&objects, {}};
  ::dl_iterate_phdr(add_ranges, &search);
  return search.ranges;
}

}  // namespace onhook
