// SPDX-License-Identifier: GPL-3.0-or-later
// A file as one text, or why it is none.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "harness/base/diagnostic.h"

namespace onhook {

/// All bytes of a file; or "cannot read the WHAT: Is a directory".
std::variant<std::string, Diagnostic> read_text_file(const std::string& path,
                                                     std::string_view what = "file");

/// Replaces a file as a whole: who reads it meanwhile sees the old text or the new one. A device or
/// a pipe is written to. Without a value: done.
std::optional<Diagnostic> write_text_file(const std::string& text, const std::string& path);

}  // namespace onhook
