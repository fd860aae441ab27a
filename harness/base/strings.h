// SPDX-License-Identifier: GPL-3.0-or-later
// Interned strings: a trace holds 32-bit ids, so that recording a fact costs no allocation once its
// words are known. The table only grows and lives as long as the process. Id 0 is "".
#pragma once

#include <string>
#include <string_view>

#include "harness/base/ids.h"

namespace onhook {

StringId intern(std::string_view text);
/// The text of an id; valid for ever.
std::string_view text_of(StringId id);

}  // namespace onhook
