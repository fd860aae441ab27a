// SPDX-License-Identifier: GPL-3.0-or-later
// Names of functions, static ones too, from the .symtab of the loaded shared objects.
#pragma once

#include <string>

namespace onhook {

/// The function at exactly this address, or "".
std::string symbol_name(const void* address);

/// The function that contains this address and the object's file name: "janus_sip_hangup+0x1c", or
/// "" when nothing is known.
std::string describe_address(const void* address);

}  // namespace onhook
