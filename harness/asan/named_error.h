// SPDX-License-Identifier: GPL-3.0-or-later
// A compared error in names.
#pragma once

#include <string>
#include <string_view>

#include "harness/asan/compared_error.h"

namespace onhook {

struct NamedError {
  Agreement agreement = Agreement::both;
  std::string cause;      ///< "use after free in look_up", "double free in clean"
  std::string deed;       ///< "reader reads 4 bytes in look_up() f.c:10"
  std::string object;     ///< "block of make"
  std::string allocated;  ///< "main allocates it in make() f.c:3", or ""
  std::string freed;      ///< likewise

  friend bool operator==(const NamedError&, const NamedError&) = default;
  friend auto operator<=>(const NamedError&, const NamedError&) = default;
};

/// "use after free", ...
std::string_view word_of(Misuse misuse);
/// "both", "only ASan", "only ours: asked", ...
std::string_view word_of(Agreement agreement);
/// Has somebody to explain it? Not where AddressSanitizer agrees.
bool needs_reason(Agreement agreement);

/// Fields between tabs, for a pipe.
std::string to_line(const NamedError& error);
NamedError error_of_line(std::string_view line);

}  // namespace onhook
