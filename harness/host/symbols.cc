// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/symbols.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <libelf.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "harness/sched/scheduler.h"

namespace onhook {
namespace {

struct Function {
  std::string name;
  std::uint64_t bytes;
};

/// Functions by address relative to the object's base.
using Table = std::map<std::uint64_t, Function>;

/// Calls `take(name, symbol)` for everything that has an address and a name.
template <typename Take>
void read_symbols(const char* path, Take take) {
  ::elf_version(EV_CURRENT);
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  Elf* elf = ::elf_begin(fd, ELF_C_READ, nullptr);
  for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf, section)) != nullptr;) {
    GElf_Shdr header;
    if (::gelf_getshdr(section, &header) == nullptr) continue;
    if (header.sh_type != SHT_SYMTAB && header.sh_type != SHT_DYNSYM) continue;
    Elf_Data* data = ::elf_getdata(section, nullptr);
    for (std::size_t i = 0; data != nullptr && i < header.sh_size / header.sh_entsize; ++i) {
      GElf_Sym symbol;
      ::gelf_getsym(data, static_cast<int>(i), &symbol);
      const char* name = ::elf_strptr(elf, header.sh_link, symbol.st_name);
      if (name != nullptr && symbol.st_value != 0) take(name, symbol);
    }
  }
  ::elf_end(elf);
  ::close(fd);
}

Table read_table(const char* path) {
  Table table;
  read_symbols(path, [&](const char* name, const GElf_Sym& symbol) {
    if (GELF_ST_TYPE(symbol.st_info) != STT_FUNC) return;
    table.try_emplace(symbol.st_value, Function{name, symbol.st_size});
  });
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

std::vector<Symbol> symbols_of(const void* inside) {
  std::vector<Symbol> symbols;
  Dl_info info{};
  link_map* map = nullptr;
  if (::dladdr1(inside, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0)
    return symbols;
  std::set<std::uintptr_t> known;  // .dynsym says again what .symtab says
  read_symbols(info.dli_fname, [&](const char* name, const GElf_Sym& symbol) {
    const auto type = GELF_ST_TYPE(symbol.st_info);
    if ((type != STT_FUNC && type != STT_OBJECT) || symbol.st_shndx == SHN_UNDEF) return;
    const std::string whole = name;
    Symbol s{type == STT_FUNC ? Symbol::Kind::function : Symbol::Kind::variable,
             whole.substr(0, whole.find('.')), map->l_addr + symbol.st_value, symbol.st_size};
    if (!s.name.empty() && known.insert(s.begin).second) symbols.push_back(std::move(s));
  });
  std::ranges::sort(symbols, {}, &Symbol::begin);
  return symbols;
}

const std::string& symbol_name(const void* address) {
  HarnessScope harness;
  // Asked for each thread of each execution; objects are never unloaded.
  static auto* names = new std::unordered_map<const void*, std::string>;
  const auto [name, fresh] = names->try_emplace(address);
  if (fresh) {
    const auto [function, offset] = lookup(address);
    if (function != nullptr && offset == 0) name->second = function->name;
  }
  return name->second;
}

std::string describe_address(const void* address) {
  const auto [function, offset] = lookup(address);
  if (function == nullptr) return {};
  return offset == 0 ? function->name : fmt::format("{}+0x{:x}", function->name, offset);
}

}  // namespace onhook
