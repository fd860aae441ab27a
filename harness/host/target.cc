// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/target.h"

#include <fmt/format.h>
#include <glib.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

namespace onhook {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// What a program said and how it ended.
struct ProgramResult {
  bool succeeded = false;
  std::string answer;    // its stdout, without the last line end
  std::string messages;  // its stderr, without the last line end
};

std::string without_line_end(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// Reads a pipe to its end, line by line, and closes it.
std::string drain(int descriptor, const std::function<void(std::string_view)>& on_line) {
  std::string text;
  std::unique_ptr<FILE, int (*)(FILE*)> file(fdopen(descriptor, "r"), fclose);
  char* line = nullptr;
  std::size_t capacity = 0;
  for (ssize_t n; file != nullptr && (n = getline(&line, &capacity, file.get())) > 0;) {
    text.append(line, static_cast<std::size_t>(n));
    if (on_line) on_line(without_line_end(line));
  }
  std::free(line);
  return without_line_end(std::move(text));
}

/// Runs program(argument) to its end. Its answer must fit into a pipe (it is one line).
ProgramResult run_program(const std::string& program, const std::string& argument,
                          const std::function<void(std::string_view)>& on_line) {
  std::string words[] = {program, argument};
  char* arguments[] = {words[0].data(), words[1].data(), nullptr};
  GPid pid = 0;
  int out = -1;
  int err = -1;
  GError* spawn_error = nullptr;
  if (!g_spawn_async_with_pipes(nullptr, arguments, nullptr, G_SPAWN_DO_NOT_REAP_CHILD, nullptr,
                                nullptr, &pid, nullptr, &out, &err, &spawn_error)) {
    std::string message = spawn_error->message;
    g_error_free(spawn_error);
    return {false, "", message};
  }
  ProgramResult result;
  result.messages = drain(err, on_line);
  result.answer = drain(out, {});
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  result.succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  g_spawn_close_pid(pid);
  return result;
}

TargetResult read_manifest(const std::string& path) {
  std::ifstream file(path);
  if (!file) return {std::nullopt, fmt::format("{}: cannot be read", path)};
  try {
    const json manifest = json::parse(file);
    return {Target{.name = manifest.at("name"),
                   .so_path = manifest.at("so_path"),
                   .source_dir = manifest.at("source_dir"),
                   .code_dir = manifest.at("code_dir"),
                   .version = manifest.at("version"),
                   .variant = manifest.at("variant"),
                   .sanitizer = manifest.at("sanitizer"),
                   .content_hash = manifest.at("content_hash"),
                   .unmodelled = manifest.at("unmodelled")},
            ""};
  } catch (const json::exception& problem) {
    return {std::nullopt, fmt::format("{}: not a target's manifest: {}", path, problem.what())};
  }
}

}  // namespace

TargetPaths default_target_paths() {
  const char* cache = std::getenv("ONHOOK_CACHE");
  return {ONHOOK_SOURCE_DIR "/scripts",
          cache != nullptr && *cache != '\0' ? cache : ONHOOK_SOURCE_DIR "/.cache/onhook"};
}

TargetResult resolve_target(std::string_view name, const TargetPaths& paths,
                            const std::function<void(std::string_view)>& on_line) {
  const std::string builder = paths.scripts + "/build-target";
  if (!fs::exists(builder)) {
    const std::string canonical = canonical_target_name(name, target_aliases(paths));
    for (Target& target : built_targets(paths)) {
      if (target.name == canonical) return {std::move(target), ""};
    }
    return {std::nullopt, fmt::format("target '{}' is not built, and {} is not there to build it",
                                      name, builder)};
  }
  const ProgramResult built = run_program(builder, std::string(name), on_line);
  if (!built.succeeded) {
    return {std::nullopt, built.messages.empty()
                              ? fmt::format("{} failed on '{}' without a word", builder, name)
                              : built.messages};
  }
  return read_manifest(built.answer);
}

TargetResult resolve_target(std::string_view name) {
  return resolve_target(name, default_target_paths());
}

std::vector<Target> built_targets(const TargetPaths& paths) {
  std::vector<Target> targets;
  std::error_code none;
  for (const auto& folder : fs::directory_iterator(paths.cache + "/targets", none)) {
    TargetResult found = read_manifest((folder.path() / "manifest.json").string());
    if (found.target && fs::exists(found.target->so_path)) {
      targets.push_back(*std::move(found.target));
    }
  }
  std::sort(targets.begin(), targets.end(),
            [](const Target& a, const Target& b) { return a.name < b.name; });
  return targets;
}

std::map<std::string, std::string> target_aliases(const TargetPaths& paths) {
  std::ifstream file(paths.cache + "/sources/index.json");
  const json index = json::parse(file, nullptr, /*allow_exceptions=*/false);
  std::map<std::string, std::string> aliases;
  if (!index.is_object()) return aliases;
  for (const auto& [alias, version] : index.items()) {
    if (version.is_string()) aliases[alias] = version;
  }
  return aliases;
}

std::string canonical_target_name(std::string_view name,
                                  const std::map<std::string, std::string>& aliases) {
  const std::size_t plus = name.find('+');
  const auto alias = aliases.find(std::string(name.substr(0, plus)));
  if (alias == aliases.end()) return std::string(name);
  return alias->second + std::string(plus == std::string_view::npos ? "" : name.substr(plus));
}

}  // namespace onhook
