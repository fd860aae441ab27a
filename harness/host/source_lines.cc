// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/source_lines.h"

#include <dlfcn.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <link.h>
#include <unistd.h>

#include <map>
#include <string_view>

namespace onhook {
namespace {

/// Stays open as long as the process: what dwarf_*() give back points into it.
Dwarf* debug_information_of(const std::string& path) {
  static auto* opened = new std::map<std::string, Dwarf*>;
  const auto [it, fresh] = opened->emplace(path, nullptr);
  if (!fresh) return it->second;
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) it->second = ::dwarf_begin(fd, DWARF_C_READ);
  return it->second;
}

/// The compilation unit that holds `offset`. By its ranges: objects need not have .debug_aranges.
bool find_unit(Dwarf* dwarf, Dwarf_Addr offset, Dwarf_Die& unit) {
  if (::dwarf_addrdie(dwarf, offset, &unit) != nullptr) return true;
  Dwarf_Off at = 0;
  Dwarf_Off next = 0;
  std::size_t header = 0;
  while (::dwarf_nextcu(dwarf, at, &next, &header, nullptr, nullptr, nullptr) == 0) {
    if (::dwarf_offdie(dwarf, at + header, &unit) != nullptr && ::dwarf_haspc(&unit, offset) == 1) {
      return true;
    }
    at = next;
  }
  return false;
}

}  // namespace

std::string source_line(std::uintptr_t address) {
  Dl_info info{};
  link_map* map = nullptr;
  if (::dladdr1(reinterpret_cast<const void*>(address), &info, reinterpret_cast<void**>(&map),
                RTLD_DL_LINKMAP) == 0) {
    return {};
  }
  Dwarf* dwarf = debug_information_of(info.dli_fname);
  Dwarf_Die unit;
  if (dwarf == nullptr || !find_unit(dwarf, address - map->l_addr, unit)) return {};
  Dwarf_Line* line = ::dwarf_getsrc_die(&unit, address - map->l_addr);
  int number = 0;
  if (line == nullptr || ::dwarf_lineno(line, &number) != 0) return {};
  const char* path = ::dwarf_linesrc(line, nullptr, nullptr);
  if (path == nullptr) return {};
  const std::string_view whole = path;
  return fmt::format("{}:{}", whole.substr(whole.rfind('/') + 1), number);
}

}  // namespace onhook
