// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/point_names.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include <charconv>
#include <map>

namespace onhook {
namespace {

std::string base_name(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

int note_image(dl_phdr_info* info, std::size_t, void* images) {
  auto& bases = *static_cast<std::map<std::string, std::uintptr_t>*>(images);
  bases.emplace(base_name(info->dlpi_name), info->dlpi_addr);
  return 0;
}

}  // namespace

std::vector<std::string> names_of(const AccessPoints& points) {
  if (points.are_everything()) return {"all"};
  std::vector<std::string> names;
  for (const std::uintptr_t pc : points.all()) {
    Dl_info info;
    if (::dladdr(reinterpret_cast<const void*>(pc), &info) == 0) continue;
    names.push_back(fmt::format("{}+{:#x}", base_name(info.dli_fname),
                                pc - reinterpret_cast<std::uintptr_t>(info.dli_fbase)));
  }
  return names;
}

std::variant<AccessPoints, std::string> points_of(const std::vector<std::string>& names) {
  if (names == std::vector<std::string>{"all"}) return AccessPoints::everything();
  std::map<std::string, std::uintptr_t> bases;
  ::dl_iterate_phdr(note_image, &bases);
  AccessPoints points;
  for (const std::string& name : names) {
    const std::size_t plus = name.rfind("+0x");
    if (plus == std::string::npos) return fmt::format("'{}' is no access point", name);
    const auto base = bases.find(name.substr(0, plus));
    if (base == bases.end()) {
      return fmt::format("the access point '{}' is in an image that is not loaded", name);
    }
    std::uintptr_t offset = 0;
    const char* end = name.data() + name.size();
    const auto [stop, failed] = std::from_chars(name.data() + plus + 3, end, offset, 16);
    if (failed != std::errc() || stop != end) return fmt::format("'{}' is no access point", name);
    points.add(base->second + offset);
  }
  return points;
}

}  // namespace onhook
