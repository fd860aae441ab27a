// SPDX-License-Identifier: GPL-3.0-or-later
// What kind of structure a block of the heap is, and which of its members lies where: a guess from
// the debug information, by the block's size and by the pointers that the functions around it have.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/host/field_layout.h"

namespace onhook {

class HeapTypes {
 public:
  /// `path`: of the object; without debug information nothing is ever known.
  explicit HeapTypes(const std::string& path);

  /// The tag (or typedef) of the structure that a block of `bytes` is: the only one of that size
  /// to which one of these functions has a pointer (an argument or a variable); "" when there is
  /// no telling.
  std::string type_of(std::size_t bytes, const std::vector<std::string>& functions) const;
  /// The member at this offset of a structure: "media.has_audio"; "" when there is none.
  std::string member_at(const std::string& type, std::size_t offset) const;
  /// The member that counts the references to a structure ("ref.count", "ref_count", "refs"), as
  /// "ref.count 2"; "" when there is none. `content`: what the structure begins with.
  std::string references_of(const std::string& type, std::span<const unsigned char> content) const;

 private:
  struct Reader;
  struct Structure {
    std::size_t bytes = 0;
    std::vector<Field> fields;
  };
  std::map<std::string, Structure> structures_;
  std::map<std::string, std::vector<std::string>> pointees_;  ///< by function
};

}  // namespace onhook
