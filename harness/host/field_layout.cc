// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/field_layout.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "harness/host/dwarf_members.h"

namespace onhook {
namespace {

/// The type behind typedefs and qualifiers; false when there is none.
bool resolve_type(Dwarf_Die& die, Dwarf_Die& type) {
  Dwarf_Attribute attribute;
  if (dwarf_formref_die(dwarf_attr_integrate(&die, DW_AT_type, &attribute), &type) == nullptr) {
    return false;
  }
  return dwarf_peel_type(&type, &type) == 0;
}

/// "janus_sip_call_status_idle", "janus_sip_call_status_closing" become "idle", "closing".
std::map<std::int64_t, std::string> without_common_prefix(
    std::map<std::int64_t, std::string> values) {
  if (values.size() < 2) return values;
  std::string prefix = values.begin()->second;
  for (const auto& [value, name] : values) {
    const auto [in_prefix, in_name] = std::ranges::mismatch(prefix, name);
    prefix.erase(in_prefix, prefix.end());
  }
  prefix.erase(prefix.rfind('_') + 1);  // npos + 1 is 0: nothing is in common
  for (auto& [value, name] : values) name.erase(0, prefix.size());
  return values;
}

std::map<std::int64_t, std::string> enumerators_of(Dwarf_Die& type) {
  std::map<std::int64_t, std::string> values;
  Dwarf_Die child;
  if (dwarf_tag(&type) != DW_TAG_enumeration_type || dwarf_child(&type, &child) != 0) return values;
  do {
    Dwarf_Attribute attribute;
    Dwarf_Sword value = 0;
    if (dwarf_formsdata(dwarf_attr(&child, DW_AT_const_value, &attribute), &value) == 0) {
      values[value] = dwarf_diename(&child);
    }
  } while (dwarf_siblingof(&child, &child) == 0);
  return without_common_prefix(std::move(values));
}

/// Adds the wanted members of a structure, those of structures inside it as "outer.inner".
void add_members(Dwarf_Die& structure, const std::string& prefix, std::size_t base,
                 const std::vector<std::string>& wanted, FieldLayout& layout) {
  Dwarf_Die member;
  if (dwarf_child(&structure, &member) != 0) return;
  do {
    if (dwarf_tag(&member) != DW_TAG_member || dwarf_diename(&member) == nullptr) continue;
    Dwarf_Attribute attribute;
    Dwarf_Word offset = 0;
    dwarf_formudata(dwarf_attr(&member, DW_AT_data_member_location, &attribute), &offset);
    Dwarf_Die type;
    if (!resolve_type(member, type)) continue;
    const std::string name = prefix + dwarf_diename(&member);
    if (dwarf_tag(&type) == DW_TAG_structure_type) {
      const bool has_wanted = std::ranges::any_of(
          wanted, [&](const std::string& w) { return w.starts_with(name + "."); });
      if (has_wanted || wanted.empty()) {
        add_members(type, name + ".", base + offset, wanted, layout);
        continue;
      }
    }
    if (!wanted.empty() && std::ranges::find(wanted, name) == wanted.end()) continue;
    if (dwarf_hasattr(&member, DW_AT_bit_size) != 0) continue;
    Dwarf_Word bytes = 0;
    if (dwarf_aggregate_size(&type, &bytes) != 0 || bytes == 0) continue;
    layout.fields.push_back({name, base + offset, bytes, enumerators_of(type)});
  } while (dwarf_siblingof(&member, &member) == 0);
}

std::optional<FieldLayout> find_in_unit(Dwarf_Die& unit, const std::string& structure,
                                        const std::vector<std::string>& wanted) {
  Dwarf_Die child;
  if (dwarf_child(&unit, &child) != 0) return std::nullopt;
  do {
    const char* name = dwarf_diename(&child);
    if (dwarf_tag(&child) != DW_TAG_structure_type || name == nullptr || structure != name)
      continue;
    const int bytes = dwarf_bytesize(&child);
    if (bytes <= 0) continue;  // a declaration
    FieldLayout layout;
    layout.bytes = static_cast<std::size_t>(bytes);
    add_members(child, "", 0, wanted, layout);
    return layout;
  } while (dwarf_siblingof(&child, &child) == 0);
  return std::nullopt;
}

}  // namespace

FieldLayout layout_of_structure(Dwarf_Die& structure) {
  FieldLayout layout;
  layout.bytes = static_cast<std::size_t>(std::max(dwarf_bytesize(&structure), 0));
  add_members(structure, "", 0, {}, layout);
  return layout;
}

std::optional<FieldLayout> read_field_layout(const std::string& path, const std::string& structure,
                                             const std::vector<std::string>& wanted) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  std::optional<FieldLayout> layout;
  if (Dwarf* dwarf = dwarf_begin(fd, DWARF_C_READ)) {
    Dwarf_Off offset = 0;
    Dwarf_Off next = 0;
    std::size_t header = 0;
    while (!layout && dwarf_nextcu(dwarf, offset, &next, &header, nullptr, nullptr, nullptr) == 0) {
      Dwarf_Die unit;
      if (dwarf_offdie(dwarf, offset + header, &unit) != nullptr) {
        layout = find_in_unit(unit, structure, wanted);
      }
      offset = next;
    }
    dwarf_end(dwarf);
  }
  ::close(fd);
  return layout;
}

}  // namespace onhook
