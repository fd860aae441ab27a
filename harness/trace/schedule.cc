// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/trace/schedule.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#include <iterator>
#include <memory>

#include "harness/base/strings.h"
#include "harness/base/text_file.h"
#include "harness/base/write_all.h"

namespace onhook {

std::string_view word_of(Wake wake) {
  switch (wake) {
    case Wake::ready:
      return "run";
    case Wake::timeout:
      return "wake";
    case Wake::late:
      return "late";
  }
  return "";
}
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

// As it is when it reads back as itself, else quoted. `reserved`: what ends a bare word here.
std::string bare_or_quoted(std::string_view text, std::string_view reserved) {
  bool bare = !text.empty() && text.front() != '"' && text.front() != ' ' && text.back() != ' ';
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || reserved.find(c) != std::string_view::npos) bare = false;
  }
  return bare ? std::string(text) : quoted(text);
}

void put_field(std::string& out, std::string_view key, std::string_view value) {
  out += fmt::format("{:<13} {}\n", key, bare_or_quoted(value, "#"));
}

// Nothing when there is nothing to list.
void put_list(std::string& out, std::string_view key, const std::vector<std::string>& values) {
  if (values.empty()) return;
  std::string list;
  for (const std::string& value : values) {
    list += (list.empty() ? "" : ", ") + bare_or_quoted(value, "#,\"");
  }
  out += fmt::format("{:<13} {}\n", key, list);
}

void put_run(std::string& out, const ThreadChoice& choice, std::size_t times,
             const std::vector<Lane>& lanes) {
  std::string line = fmt::format("{} {}", word_of(choice.wake), choice.thread);
  if (times > 1) line += fmt::format(" x{}", times);
  if (choice.thread < lanes.size()) {
    // A comment ends with its line, so a name must not bring a line end of its own.
    std::string name = lanes[choice.thread].name;
    for (char& c : name) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
    }
    line = fmt::format("{:<13} # {}", line, name);
  }
  out += line + '\n';
}

Diagnostic file_error(const std::string& path, std::string_view doing) {
  Diagnostic d;
  d.file = path;
  d.message = fmt::format("cannot {}: {}", doing, strerror(errno));
  return d;
}

}  // namespace

std::string to_text(const Schedule& s, const std::vector<Lane>& lanes) {
  std::string out = fmt::format("onhook-schedule {}\n", s.version);
  put_field(out, "scenario", s.scenario);
  put_field(out, "scenario-hash", s.scenario_hash);
  put_field(out, "target", s.target);
  put_field(out, "target-hash", s.target_hash);
  if (!s.core_rules.empty()) put_field(out, "core-rules", s.core_rules);
  if (!s.sip.empty()) put_field(out, "sip", s.sip);
  put_list(out, "defines", s.defines);
  put_list(out, "args", s.args);
  put_list(out, "points", s.points);
  put_list(out, "order", s.order);
  if (s.bounds.steps) out += fmt::format("{:<13} {}\n", "max-steps", *s.bounds.steps);
  if (s.bounds.timeouts) out += fmt::format("{:<13} {}\n", "max-timeouts", *s.bounds.timeouts);
  put_field(out, "law", s.law);
  if (!s.shows.empty()) put_field(out, "shows", s.shows);
  put_field(out, "trace-hash", s.trace_hash);
  out += fmt::format("{:<13} {}\n", "seed", s.seed);
  out += fmt::format("{:<13} {}\n", "choices", s.choices.size());
  for (std::size_t i = 0; i < s.choices.size();) {
    std::size_t next = i + 1;
    if (const auto* thread = std::get_if<ThreadChoice>(&s.choices[i])) {
      while (next < s.choices.size() && s.choices[next] == s.choices[i]) ++next;
      put_run(out, *thread, next - i, lanes);
    } else {
      const auto& value = std::get<ValueChoice>(s.choices[i]);
      out += fmt::format("value {} of {} {}\n", value.index, value.n, quoted(text_of(value.label)));
    }
    i = next;
  }
  return out;
}

std::variant<Schedule, Diagnostic> read_schedule(const std::string& path) {
  const auto read = read_text_file(path, "schedule");
  if (const auto* error = std::get_if<Diagnostic>(&read)) return *error;
  return parse_schedule(std::get<std::string>(read), path);
}

std::optional<Diagnostic> write_schedule(const Schedule& schedule, const std::vector<Lane>& lanes,
                                         const std::string& path) {
  // Opened with its mode: a confined process may not change modes.
  const std::string temporary = fmt::format("{}.{}", path, ::getpid());
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return file_error(path, "write the schedule");
  const bool written = write_all(fd, to_text(schedule, lanes)) && ::fsync(fd) == 0;
  const int write_errno = errno;
  if (::close(fd) == 0 && written && ::rename(temporary.c_str(), path.c_str()) == 0) {
    return std::nullopt;
  }
  if (!written) errno = write_errno;
  Diagnostic error = file_error(path, "write the schedule");
  ::unlink(temporary.c_str());
  return error;
}

std::string sha256_of(std::string_view bytes) {
  const std::unique_ptr<gchar, decltype(&g_free)> hex(
      g_compute_checksum_for_data(G_CHECKSUM_SHA256, reinterpret_cast<const guchar*>(bytes.data()),
                                  bytes.size()),
      &g_free);
  return hex.get();
}

std::string hash_of(const Trace& trace) { return sha256_of(to_text(trace)); }

}  // namespace onhook
