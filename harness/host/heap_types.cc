// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/heap_types.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "harness/host/dwarf_members.h"

namespace onhook {

struct HeapTypes::Reader {
  HeapTypes& out;

  static std::string name_of(Dwarf_Die& die) {
    const char* name = dwarf_diename(&die);
    return name != nullptr ? name : "";
  }

  /// The type of `die`, one step.
  static bool type_of(Dwarf_Die& die, Dwarf_Die& type) {
    Dwarf_Attribute attribute;
    return dwarf_formref_die(dwarf_attr_integrate(&die, DW_AT_type, &attribute), &type) != nullptr;
  }

  /// The structure that `die`, a variable, points to: by its tag, or its typedef when it has none.
  static std::string pointee_of(Dwarf_Die& die) {
    Dwarf_Die type;
    if (!type_of(die, type) || dwarf_peel_type(&type, &type) != 0) return {};
    if (dwarf_tag(&type) != DW_TAG_pointer_type || !type_of(type, type)) return {};
    std::string named;
    if (dwarf_tag(&type) == DW_TAG_typedef) named = name_of(type);
    if (dwarf_peel_type(&type, &type) != 0 || dwarf_tag(&type) != DW_TAG_structure_type) return {};
    const std::string tag = name_of(type);
    return tag.empty() ? named : tag;
  }

  void add_structure(const std::string& name, Dwarf_Die& structure) {
    const int bytes = dwarf_bytesize(&structure);
    if (name.empty() || bytes <= 0 || out.structures_.contains(name)) return;
    FieldLayout layout = layout_of_structure(structure);
    out.structures_[name] = {layout.bytes, std::move(layout.fields)};
  }

  void read_variables(Dwarf_Die& parent, std::vector<std::string>& pointees) {
    Dwarf_Die child;
    if (dwarf_child(&parent, &child) != 0) return;
    do {
      const int tag = dwarf_tag(&child);
      if (tag == DW_TAG_formal_parameter || tag == DW_TAG_variable) {
        std::string pointee = pointee_of(child);
        if (!pointee.empty()) pointees.push_back(std::move(pointee));
      } else if (tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine) {
        read_variables(child, pointees);
      }
    } while (dwarf_siblingof(&child, &child) == 0);
  }

  void read_unit(Dwarf_Die& unit) {
    Dwarf_Die child;
    if (dwarf_child(&unit, &child) != 0) return;
    do {
      const std::string name = name_of(child);
      switch (dwarf_tag(&child)) {
        case DW_TAG_structure_type:
          add_structure(name, child);
          break;
        case DW_TAG_typedef: {
          Dwarf_Die type;
          if (type_of(child, type) && dwarf_tag(&type) == DW_TAG_structure_type &&
              name_of(type).empty()) {
            add_structure(name, type);
          }
          break;
        }
        case DW_TAG_subprogram:
          if (!name.empty()) read_variables(child, out.pointees_[name]);
          break;
        default:
          break;
      }
    } while (dwarf_siblingof(&child, &child) == 0);
  }
};

HeapTypes::HeapTypes(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  if (Dwarf* dwarf = dwarf_begin(fd, DWARF_C_READ)) {
    Reader reader{*this};
    Dwarf_Off offset = 0;
    Dwarf_Off next = 0;
    std::size_t header = 0;
    while (dwarf_nextcu(dwarf, offset, &next, &header, nullptr, nullptr, nullptr) == 0) {
      Dwarf_Die unit;
      if (dwarf_offdie(dwarf, offset + header, &unit) != nullptr) reader.read_unit(unit);
      offset = next;
    }
    dwarf_end(dwarf);
  }
  ::close(fd);
}

std::string HeapTypes::type_of(std::size_t bytes, const std::vector<std::string>& functions) const {
  std::vector<std::string> near, all;
  const auto add = [](std::vector<std::string>& names, const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  };
  for (const auto& [name, structure] : structures_) {
    if (structure.bytes == bytes) add(all, name);
  }
  for (const std::string& function : functions) {
    const auto known = pointees_.find(function);
    if (known == pointees_.end()) continue;
    for (const std::string& name : known->second) {
      if (std::ranges::find(all, name) != all.end()) add(near, name);
    }
  }
  return near.size() == 1 ? near.front() : std::string();
}

std::string HeapTypes::member_at(const std::string& type, std::size_t offset) const {
  const auto structure = structures_.find(type);
  if (structure == structures_.end()) return {};
  for (const Field& field : structure->second.fields) {
    if (offset - field.offset < field.bytes) return field.name;
  }
  return {};
}

std::string HeapTypes::references_of(const std::string& type,
                                     std::span<const unsigned char> content) const {
  const auto structure = structures_.find(type);
  if (structure == structures_.end()) return {};
  for (const Field& field : structure->second.fields) {
    const bool counts = field.name.ends_with("ref.count") || field.name.ends_with("ref_count") ||
                        field.name.ends_with("refcount") || field.name.ends_with("refs");
    std::int32_t value = 0;
    if (!counts || field.bytes != sizeof value || field.offset + sizeof value > content.size()) {
      continue;
    }
    std::memcpy(&value, content.data() + field.offset, sizeof value);
    return field.name + " " + std::to_string(value);
  }
  return {};
}

}  // namespace onhook
