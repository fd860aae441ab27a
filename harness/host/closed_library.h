// SPDX-License-Identifier: GPL-3.0-or-later
// A library of the system that belongs to the world without having been built for it: the real
// libsofia-sip-ua under a plugin. Its calls into libc come to interpose/ by themselves, because the
// executable's definitions win; what is left are two things that the dynamic linker does as it
// should and the world must not have:
//
// - A function that the executable defines for the plugin (nua_handle_ref) is taken for the
//   library's own calls, too. They get back the library's.
// - A function that no table of interpose/symbols/ knows would act behind the scheduler's back.
//   Calling it ends the run by its name.
//
// The file of the library stays as it is: entries of its global offset table change, in this
// process.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onhook {

/// Does that to the library that `inside` (an address) lies in. Once a process and library; before
/// its first call, and before a snapshot is taken. The names that are refused, sorted.
std::vector<std::string> close_library(const void* inside);

/// Whether a table of interpose/symbols/ has it.
bool is_known_symbol(std::string_view name);

}  // namespace onhook
