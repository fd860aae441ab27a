// SPDX-License-Identifier: GPL-3.0-or-later
// Names of places in the code under test, as its source has them: functions, global variables, and
// the fields of the plugin's sessions. Names outlive a revision, addresses do not.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/host/field_layout.h"
#include "harness/host/symbols.h"

namespace onhook {

/// Half-open.
struct AddressRange {
  std::uintptr_t begin = 0;
  std::uintptr_t end = 0;
  bool contains(std::uintptr_t address) const { return address - begin < end - begin; }
  bool overlaps(std::uintptr_t address, std::size_t bytes) const {
    return address < end && begin < address + bytes;
  }
};

class CodeMap {
 public:
  /// `inside`: an address in the loaded object. `session`: where the fields of its sessions are,
  /// all that matter; nullopt when it has none.
  CodeMap(const void* inside, std::optional<FieldLayout> session);

  /// The function around this address, "" outside of the object.
  std::string_view function_at(std::uintptr_t pc) const;
  /// The global variable or the field of a living session at this address, "" for any other memory.
  std::string_view variable_at(std::uintptr_t address) const;

  /// Where a function or a global variable is; more than one range when the compiler made several
  /// copies or the source several statics of that name.
  std::vector<AddressRange> find(Symbol::Kind kind, std::string_view name) const;
  /// The field's place in each session.
  std::optional<AddressRange> find_field(std::string_view name) const;

 private:
  const Symbol* symbol_at(std::uintptr_t address, Symbol::Kind kind) const;

  std::vector<Symbol> symbols_;  // by address
  std::optional<FieldLayout> session_;
};

}  // namespace onhook
