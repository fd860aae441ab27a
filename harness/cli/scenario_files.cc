// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/scenario_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "harness/scenario/compiler.h"

namespace onhook::cli {
namespace {

namespace fs = std::filesystem;

Diagnostic error_at(const std::string& path, std::string message, std::string suggestion = {}) {
  Diagnostic d;
  d.file = path;
  d.message = std::move(message);
  d.suggestion = std::move(suggestion);
  return d;
}

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> files;
  for (auto it = fs::recursive_directory_iterator(folder); it != fs::end(it); ++it) {
    if (it->is_directory() && it->path().filename() == "bad") it.disable_recursion_pending();
    if (it->is_regular_file() && it->path().extension() == ".scn") {
      files.push_back(it->path().lexically_normal().string());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The entry of the same folder that is spelt almost like `path`.
std::string neighbour_of(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  std::error_code ignored;
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string_view near = closest_word(path.filename().string(), views);
  if (near.empty()) return "";
  return fmt::format("did you mean '{}'?", (path.parent_path() / near).string());
}

}  // namespace

std::variant<std::vector<std::string>, Diagnostic> scenario_files(
    const std::vector<std::string>& paths) {
  std::vector<std::string> all;
  for (const std::string& path : paths) {
    std::vector<std::string> files;
    std::error_code error;
    if (fs::is_directory(path, error)) {
      try {
        files = files_below(path);
      } catch (const fs::filesystem_error& e) {
        return error_at(path, e.code().message());
      }
      if (files.empty()) return error_at(path, "there is no scenario (.scn) in this folder");
    } else if (fs::exists(path, error)) {
      files = {path};
    } else {
      return error_at(path, "there is no such file or folder", neighbour_of(path));
    }
    for (std::string& file : files) {
      if (std::find(all.begin(), all.end(), file) == all.end()) all.push_back(std::move(file));
    }
  }
  return all;
}

std::variant<std::vector<ScenarioFile>, std::vector<Diagnostic>> load_scenario_files(
    const std::vector<std::string>& paths) {
  const auto found = scenario_files(paths);
  if (const auto* error = std::get_if<Diagnostic>(&found)) return std::vector{*error};
  std::vector<ScenarioFile> files;
  std::vector<Diagnostic> wrong;
  for (const std::string& path : std::get<std::vector<std::string>>(found)) {
    const CompileResult compiled = load_scenario(path);
    wrong.insert(wrong.end(), compiled.diagnostics.begin(), compiled.diagnostics.end());
    if (!compiled.scenario) continue;
    files.push_back(
        {path, compiled.scenario->program ? SubjectKind::program : SubjectKind::plugin});
  }
  if (!wrong.empty()) return wrong;
  return files;
}

}  // namespace onhook::cli
