// SPDX-License-Identifier: GPL-3.0-or-later
// A schedule: every choice of one execution, in order, with what is needed to know that a replay is
// the same execution. Kept as a text file (.sched) that people read, diff and put under version
// control; the format is described in schedule_format.md.
//
// The explorer writes one for a violation, the replay strategy plays one, the command line reads
// and shows them. Nothing here runs anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/base/diagnostic.h"
#include "harness/base/execution_bounds.h"
#include "harness/base/ids.h"
#include "harness/trace/event.h"

namespace onhook {

/// Which thread takes the next step.
struct ThreadChoice {
  ThreadId thread = 0;
  /// Not ready: the thread is blocked and goes on because its timeout passed ("wake", "late"), not
  /// because what it waits for happened.
  Wake wake = Wake::ready;

  friend bool operator==(const ThreadChoice&, const ThreadChoice&) = default;
};

/// "run", "wake" or "late".
std::string_view word_of(Wake wake);

/// A choice that is not a thread: a latency, a branch of the peer. Invariant: index < n.
struct ValueChoice {
  std::uint32_t index = 0;
  std::uint32_t n = 1;
  StringId label = 0;  ///< what was asked; a replay that is asked something else has diverged

  friend bool operator==(const ValueChoice&, const ValueChoice&) = default;
};

using Choice = std::variant<ThreadChoice, ValueChoice>;

struct Schedule {
  int version = 1;                 ///< of the format
  std::string scenario;            ///< path, as given to the run that found it; or a C program's
  std::string scenario_hash;       ///< of the scenario's text; "" unknown
  std::string target;              ///< name
  std::string target_hash;         ///< of the plugin object; "" unknown
  std::vector<std::string> order;  ///< events in the order that was forced; empty: none was
  std::string law;                 ///< the law that broke; "" when none did
  std::string trace_hash;          ///< hash_of(trace)
  std::uint64_t seed = 0;
  std::vector<Choice> choices;

  /// Of a scenario that is a C program: what it is compiled with ("-DN=2"), and its arguments.
  std::vector<std::string> defines = {};
  std::vector<std::string> args = {};
  /// The plain accesses that are steps: "all", or places in the code; empty: none.
  std::vector<std::string> points = {};
  /// Under which it was found: they may have ended it.
  ExecutionBounds bounds = {};
  /// Rules of the core other than the target's own; "" none.
  std::string core_rules = {};
  /// The SIP stack, if another one than the scenario says: "fake", "sofia"; "" none.
  std::string sip = {};
  /// What else it is there to show: a lock taken inside another, "[pay] accounts, then log_file";
  /// "" nothing.
  std::string shows = {};

  friend bool operator==(const Schedule&, const Schedule&) = default;
};

/// The highest version of the format that this onhook reads and writes.
inline constexpr int kScheduleVersion = 1;

/// The file's text. `lanes` (those of the trace, indexed by thread) only add comments.
std::string to_text(const Schedule& schedule, const std::vector<Lane>& lanes = {});

/// Reads a file's text; `file` is only named in the diagnostic. Refuses what it does not know:
/// another version, an unknown or repeated field, a missing one, a wrong number of choices.
std::variant<Schedule, Diagnostic> parse_schedule(std::string_view text, std::string_view file);

/// Reads the file at `path`.
std::variant<Schedule, Diagnostic> read_schedule(const std::string& path);

/// Writes to a temporary file beside `path`, syncs, renames: a reader sees the old file or the
/// whole new one. The error, when there is one; the folder must exist.
std::optional<Diagnostic> write_schedule(const Schedule& schedule, const std::vector<Lane>& lanes,
                                         const std::string& path);

/// SHA-256 (FIPS 180-4) in 64 lower-case hexadecimal digits.
std::string sha256_of(std::string_view bytes);
/// sha256_of(to_text(trace)).
std::string hash_of(const Trace& trace);

}  // namespace onhook
