// SPDX-License-Identifier: GPL-3.0-or-later
// Keeps other people's code in: what a process may do shrinks for ever, and its children inherit
// it. Needs no privilege and no program besides the kernel's own means, so it works for any user
// and for root in a container: Landlock for files, seccomp for system calls, resource limits.
//
// In force afterwards, whichever Linux from 5.13 on:
//   network    no socket of any kind can be made
//   writing    only below `writable`; reading only there and below `readable` (if there are any)
//   processes  Processes::none: no process and no thread can be made, nothing can be executed, no
//              signal sent to others; the system calls that are left are a list of some eighty.
//              Processes::any is for our own scripts and the compiler, which run nothing of a
//              revision
//   resources  processor time, the size of each file, address space (0: the caller watches it), no
//              core files; the kernel's out-of-memory killer takes it first
// Not: reading what is readable, names of processes in /proc, how much is written in all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace onhook {

struct Confinement {
  enum class Processes { none, any };
  Processes processes = Processes::none;
  std::vector<std::string> writable;  ///< folders, or device files; those that are missing are none
  std::vector<std::string> readable;  ///< folders or files; empty: everything
  std::uint64_t cpu_seconds = 3600;
  std::uint64_t file_bytes = std::uint64_t{256} << 20;
  std::uint64_t address_bytes = 0;  ///< 0: no limit; nor is there one under AddressSanitizer
};

/// Confines this process. "" or what could not be enforced: then run nothing of theirs. The process
/// must have a single thread.
std::string confine(const Confinement& confinement);

/// "" or, in one line, why this machine cannot confine anything.
std::string why_no_confinement();

/// What the machine itself has, for `readable`: libraries, the compiler, devices without content.
std::vector<std::string> system_files();

/// Whether code of revisions is confined; off only when somebody asks for it (--no-sandbox).
inline bool g_confines_revisions = true;

}  // namespace onhook
