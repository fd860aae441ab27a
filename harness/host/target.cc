// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/target.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "harness/host/command.h"
#include "harness/host/instrumentation.h"
#include "harness/host/revision_target.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// The last line of a program's output, which is its answer.
std::string last_line(std::string_view output) {
  while (!output.empty() && output.back() == '\n') output.remove_suffix(1);
  return std::string(output.substr(output.rfind('\n') + 1));
}

/// By their own names.
std::map<std::string, Target, std::less<>> g_resolved;

}  // namespace

TargetPaths default_target_paths() {
  const char* cache = std::getenv("ONHOOK_CACHE");
  return {ONHOOK_SOURCE_DIR "/scripts",
          cache != nullptr && *cache != '\0' ? cache : ONHOOK_SOURCE_DIR "/.cache/onhook"};
}

TargetResult resolve_target(std::string_view name, const TargetPaths& paths) {
  if (const auto revision = parse_revision_name(name)) return resolve_revision(*revision, paths);
  const std::string builder = paths.scripts + "/build-target";
  if (!fs::exists(builder)) {
    const std::string canonical = without_alias(name, target_aliases(paths));
    for (Target& target : built_targets(paths)) {
      if (target.name == canonical) return {std::move(target), ""};
    }
    return {std::nullopt, fmt::format("target '{}' is not built, and {} is not there to build it",
                                      name, builder)};
  }
  std::vector<std::string> command = {builder};
  if (g_instrumentation == Instrumentation::address) command.push_back("--asan");
  command.emplace_back(name);
  const CommandResult built = run_command(command);
  if (built.status == 0) return read_manifest(last_line(built.output));
  return {std::nullopt, built.output.empty()
                            ? fmt::format("{} failed on '{}' without a word", builder, name)
                            : built.output};
}

TargetResult resolve_target(std::string_view name) {
  const TargetPaths paths = default_target_paths();
  const auto known = g_resolved.find(without_alias(name, target_aliases(paths)));
  if (known != g_resolved.end()) return {known->second, ""};
  TargetResult found = resolve_target(name, paths);
  if (found.target) g_resolved.emplace(found.target->name, *found.target);
  return found;
}

void was_built(std::string_view name) {
  if (g_resolved.contains(name) || parse_revision_name(name)) return;
  for (Target& target : built_targets(default_target_paths())) {
    if (target.name == name) g_resolved.emplace(name, std::move(target));
  }
}

TargetResult read_manifest(const std::string& path) {
  std::ifstream file(path);
  if (!file) return {std::nullopt, fmt::format("{}: cannot be read", path)};
  try {
    const json manifest = json::parse(file);
    const json seconds = manifest.value("seconds", json::object());
    return {Target{.name = manifest.at("name"),
                   .so_path = manifest.at("so_path"),
                   .source_dir = manifest.at("source_dir"),
                   .code_dir = manifest.at("code_dir"),
                   .version = manifest.at("version"),
                   .variant = manifest.at("variant"),
                   .sanitizer = manifest.at("sanitizer"),
                   .content_hash = manifest.at("content_hash"),
                   .unmodelled = manifest.at("unmodelled"),
                   .build_seconds = {seconds.value("plugin", 0.0), seconds.value("helpers", 0.0),
                                     seconds.value("adapter", 0.0)}},
            ""};
  } catch (const json::exception& problem) {
    return {std::nullopt, fmt::format("{}: not a target's manifest: {}", path, problem.what())};
  }
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

TargetAliases target_aliases(const TargetPaths& paths) {
  std::ifstream file(paths.cache + "/sources/index.json");
  const json index = json::parse(file, nullptr, /*allow_exceptions=*/false);
  TargetAliases aliases;
  if (!index.is_object()) return aliases;
  for (const auto& [alias, version] : index.items()) {
    if (version.is_string()) aliases[alias] = version;
  }
  return aliases;
}

}  // namespace onhook
