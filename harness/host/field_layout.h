// SPDX-License-Identifier: GPL-3.0-or-later
// Where the fields of a C structure are, from the debug information of the object that uses it: so
// that a trace can say "media.has_audio 1 -> 0" for any revision, whatever its layout.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace onhook {

struct Field {
  std::string name;                                 ///< "status", "media.has_audio"
  std::size_t offset = 0;                           ///< bytes from the structure's begin
  std::size_t bytes = 0;                            ///< a scalar's are 1, 2, 4 or 8
  std::map<std::int64_t, std::string> enumerators;  ///< of an enumeration
};

struct FieldLayout {
  std::size_t bytes = 0;      ///< of the whole structure
  std::vector<Field> fields;  ///< those wanted that exist, by offset
};

/// The layout of `structure` (its tag) in the object at `path`; nullopt when the object has no
/// debug information of it. Wanted names that it does not have are left out; when no name is
/// wanted, all members are read, those of structures inside it instead of the structures.
std::optional<FieldLayout> read_field_layout(const std::string& path, const std::string& structure,
                                             const std::vector<std::string>& wanted);

}  // namespace onhook
