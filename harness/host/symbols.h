// SPDX-License-Identifier: GPL-3.0-or-later
// Names of functions, static ones too, from the .symtab of the loaded shared objects.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace onhook {

/// A function or a variable of a loaded object.
struct Symbol {
  enum class Kind : std::uint8_t { function, variable };
  Kind kind = Kind::function;
  std::string name;  ///< as the source has it: a compiler's ".part.0" is left out
  std::uintptr_t begin = 0;
  std::size_t bytes = 0;
};

/// Those of the object that this address lies in, by address. Empty when nothing is known.
std::vector<Symbol> symbols_of(const void* inside);

/// The function at exactly this address, or "".
const std::string& symbol_name(const void* address);

/// The function that contains this address and the object's file name: "janus_sip_hangup+0x1c", or
/// "" when nothing is known.
std::string describe_address(const void* address);

}  // namespace onhook
