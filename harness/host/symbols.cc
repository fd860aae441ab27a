// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/symbols.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <link.h>
#include <unistd.h>

#include <map>
#include <string_view>

#include "harness/sched/scheduler.h"

namespace onhook {
namespace {

struct Function {
  std::string name;
  std::uint64_t bytes;
};

/// Functions by address relative to the object's base.
using Table = std::map<std::uint64_t, Function>;

Table read_table(const char* path) {
  Table table;
  ::elf_version(EV_CURRENT);
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return table;
  Elf* elf = ::elf_begin(fd, ELF_C_READ, nullptr);
  for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (::gelf_getshdr(section, &header) == nullptr) continue;
    if (header.sh_type != SHT_SYMTAB && header.sh_type != SHT_DYNSYM) continue;
    Elf_Data* data = ::elf_getdata(section, nullptr);
    for (std::size_t i = 0; data != nullptr && i < header.sh_size / header.sh_entsize; ++i) {
      GElf_Sym symbol;
      ::gelf_getsym(data, static_cast<int>(i), &symbol);
      if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_value == 0) continue;
      const char* name = ::elf_strptr(elf, header.sh_link, symbol.st_name);
      if (name != nullptr) table.try_emplace(symbol.st_value, Function{name, symbol.st_size});
    }
  }
  ::elf_end(elf);
  ::close(fd);
  return table;
}

const Table& table_of(const char* path) {
  static auto* tables = new std::map<std::string, Table, std::less<>>;
  auto it = tables->find(std::string_view(path));
  if (it == tables->end()) it = tables->emplace(path, read_table(path)).first;
  return it->second;
}

/// The function that contains `address` and the offset into it; null name when unknown.
std::pair<const Function*, std::uint64_t> lookup(const void* address) {
  Dl_info info{};
  link_map* map = nullptr;
  if (::dladdr1(address, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0) return {};
  const std::uint64_t offset = reinterpret_cast<std::uintptr_t>(address) - map->l_addr;
  const Table& table = table_of(info.dli_fname);
  auto it = table.upper_bound(offset);
  if (it == table.begin()) return {};
  --it;
  if (offset >= it->first + (it->second.bytes == 0 ? 1 : it->second.bytes)) return {};
  return {&it->second, offset - it->first};
}

}  // namespace

std::string symbol_name(const void* address) {
  const Function* function = nullptr;
  {
    HarnessScope harness;
    auto [found, offset] = lookup(address);
    if (found != nullptr && offset == 0) function = found;
  }
  return function != nullptr ? function->name : std::string();
}

std::string describe_address(const void* address) {
  const auto [function, offset] = lookup(address);
  if (function == nullptr) return {};
  return offset == 0 ? function->name : fmt::format("{}+0x{:x}", function->name, offset);
}

}  // namespace onhook
