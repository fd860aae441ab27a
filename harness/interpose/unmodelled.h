// SPDX-License-Identifier: GPL-3.0-or-later
// Fail closed: what onhook does not model ends the run by its name.
#pragma once

extern "C" {
/// Called by the stubs that the plugin builder links into a plugin, and by shims that meet a case
/// they do not cover. Ends the execution with End::unmodelled; outside the world it ends the
/// process.
[[noreturn]] void onhook_unmodelled(const char* name);
}
