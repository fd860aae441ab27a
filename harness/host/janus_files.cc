// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/janus_files.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace onhook {
namespace {

/// Where `#include` looks besides the file's own folder (-I. -Iplugins of scripts/build-plugin).
constexpr const char* kSearched[] = {"", "plugins/"};

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r");
  return from == std::string_view::npos ? std::string_view() : text.substr(from);
}

std::string parent_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

}  // namespace

JanusFileList read_janus_file_list(const std::string& path) {
  JanusFileList list;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string kind;
    std::string file;
    words >> kind >> file;
    if (kind == "unit") list.units.push_back(file);
    if (kind == "needed") list.needed.push_back(file);
    if (kind == "core") list.core.push_back(file);
  }
  return list;
}

const JanusFileFinder::Includes& JanusFileFinder::includes_of(const std::string& id) {
  const auto known = includes_.find(id);
  if (known != includes_.end()) return known->second;
  Includes found;
  const std::string text = clone_.file(id).value_or("");
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.starts_with('#')) continue;
    line = trimmed(line.substr(1));
    if (!line.starts_with("include") && !line.starts_with("import")) continue;
    const std::size_t word_end = std::min(line.find_first_of("\"< \t\r"), line.size());
    line = trimmed(line.substr(word_end));
    const char close = line.starts_with('"') ? '"' : '>';
    const std::size_t to = line.find(close, 1);
    if ((!line.starts_with('"') && !line.starts_with('<')) || to == std::string_view::npos) {
      found.any_header = true;
    } else {
      (close == '"' ? found.quoted : found.angled).emplace_back(line.substr(1, to - 1));
    }
  }
  // What asks whether a header is there, or takes a file in by the assembler.
  for (const char* word : {"__has_include", ".incbin"}) {
    if (text.find(word) != std::string::npos) found.any_header = true;
  }
  return includes_.emplace(id, std::move(found)).first->second;
}

std::variant<JanusFiles, std::string> JanusFileFinder::files_of(const std::string& tree) {
  JanusFiles files;
  std::string code_tree;
  for (const char* folder : {"src/", ""}) {
    const auto code = clone_.find(tree, std::string_view(folder).substr(0, *folder ? 3 : 0));
    if (!code || !code->is_tree || !clone_.find(code->id, "plugins/janus_sip.c")) continue;
    files.folder = folder;
    code_tree = code->id;
    break;
  }
  if (code_tree.empty())
    return "it has no SIP plugin: neither src/plugins/janus_sip.c nor plugins/janus_sip.c";
  std::vector<std::string> to_read;
  std::string wrong;
  const auto add = [&](const std::string& path) {
    if (files.built.contains(path)) return true;
    const auto entry = path.starts_with("../") ? std::nullopt : clone_.find(code_tree, path);
    if (!entry || entry->is_tree) return false;
    if (!entry->is_file) {
      wrong = fmt::format("{}{} is no file but a link", files.folder, path);
      return false;
    }
    files.built[path] = entry->id;
    to_read.push_back(path);
    return true;
  };
  for (const std::string& path : list_.needed) {
    if (!add(path)) {
      return wrong.empty() ? fmt::format("{}{} is missing", files.folder, path) : wrong;
    }
  }
  for (const std::string& unit : list_.units) add(unit + ".c");
  const auto add_all_headers = [&] {
    for (const char* folder : kSearched) {
      const auto at = clone_.find(code_tree, std::string_view(folder).substr(0, *folder ? 7 : 0));
      const GitClone::Tree* listed = at && at->is_tree ? clone_.tree(at->id) : nullptr;
      if (listed == nullptr) continue;
      for (const auto& [name, entry] : *listed) {
        if (name.ends_with(".h") || name.ends_with(".c")) {
          if (entry.is_file) add(folder + name);
        }
      }
    }
  };
  while (!to_read.empty()) {
    const std::string path = std::move(to_read.back());
    to_read.pop_back();
    const Includes& includes = includes_of(files.built[path]);
    const auto look = [&](const std::string& folder, const std::string& name) {
      return add(std::filesystem::path(folder + name).lexically_normal().string());
    };
    for (const std::string& name : includes.quoted) {
      if (!look(parent_of(path), name) && !look("", name)) look("plugins/", name);
    }
    for (const std::string& name : includes.angled) {
      if (!look("", name)) look("plugins/", name);
    }
    if (includes.any_header) add_all_headers();
  }
  if (!wrong.empty()) return wrong;
  for (const std::string& path : list_.core) {
    if (const auto entry = clone_.find(code_tree, path); entry && entry->is_file)
      files.core[path] = entry->id;
  }
  if (const auto entry = clone_.find(tree, "configure.ac"); entry && entry->is_file)
    files.configure_ac = entry->id;
  return files;
}

}  // namespace onhook
