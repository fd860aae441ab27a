// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace onhook {

/// Writes all of it, however often that takes. False, and errno says why: not all was written.
bool write_all(int fd, std::string_view bytes);

}  // namespace onhook
