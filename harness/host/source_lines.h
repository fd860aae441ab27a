// SPDX-License-Identifier: GPL-3.0-or-later
// Lines of the source, from the debug information of the loaded objects.
#pragma once

#include <cstdint>
#include <string>

namespace onhook {

/// "janus_sip.c:7781" for an address inside an instruction, or "" when nothing is known. For a
/// return address pass one less: the call's own line. Folders are left out, they differ between
/// machines. Remembers what it has read; not for use inside the world.
std::string source_line(std::uintptr_t address);

}  // namespace onhook
