// SPDX-License-Identifier: GPL-3.0-or-later
// For readers of debug information within this folder.
#pragma once

#include <elfutils/libdw.h>

#include "harness/host/field_layout.h"

namespace onhook {

/// All members of a structure, those of structures inside it instead of the structures.
FieldLayout layout_of_structure(Dwarf_Die& structure);

}  // namespace onhook
