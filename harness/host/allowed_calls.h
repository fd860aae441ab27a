// SPDX-License-Identifier: GPL-3.0-or-later
// The system calls of a confined process (confinement.h), by seccomp. Each returns "" or what went
// wrong. `truncation_is_confined`: the kernel's Landlock knows about it; else it is refused here.
#pragma once

#include <string>

namespace onhook {

/// Only those that running a plugin takes; all others fail with EPERM.
std::string allow_few_calls(bool truncation_is_confined);

/// All but those that reach out of the machine, of the process's group of processes, or into the
/// kernel's own settings; for the compiler and our scripts.
std::string refuse_calls_to_the_outside(bool truncation_is_confined);

}  // namespace onhook
