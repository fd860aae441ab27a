// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/revision_target.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "fakes/core/core_rules.h"
#include "harness/host/command.h"
#include "harness/host/confinement.h"
#include "harness/host/instrumentation.h"
#include "harness/trace/schedule.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;

constexpr double kBuildSeconds = 300;
constexpr std::uint64_t kCompilerSeconds = 120;
constexpr std::uint64_t kCompilerBytes = std::uint64_t{4} << 30;
constexpr std::size_t kShownDigits = 12;

/// Held while somebody builds into a folder.
class FolderLock {
 public:
  explicit FolderLock(const std::string& folder)
      : fd_(::open((folder + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (fd_ >= 0) ::flock(fd_, LOCK_EX);
  }
  ~FolderLock() {
    if (fd_ >= 0) ::close(fd_);
  }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int fd_;
};

bool write_file(const fs::path& path, std::string_view text) {
  std::error_code ignored;
  fs::create_directories(path.parent_path(), ignored);
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  return !out.fail();
}

std::string text_of(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

/// As scripts/lib/janus_tree.sh: AC_INIT([Name],[VERSION],...).
std::string version_in(const std::string& configure_ac) {
  std::istringstream in(configure_ac);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("AC_INIT(")) continue;
    const std::size_t comma = line.find(',');
    const std::size_t open = line.find('[', comma);
    const std::size_t close = line.find(']', open);
    if (comma == std::string::npos || close == std::string::npos) break;
    return line.substr(open + 1, close - open - 1);
  }
  return "unknown";
}

/// Runs in the process that becomes the builder.
bool confine_builder(const std::string& folder, const std::string& compiler_cache) {
  const std::string temporary = folder + "/tmp";
  ::setenv("TMPDIR", temporary.c_str(), 1);
  ::setenv("CCACHE_DIR", compiler_cache.c_str(), 1);
  ::unsetenv("XDG_RUNTIME_DIR");  // ccache would write there
  if (!g_confines_revisions) return true;
  Confinement wanted;
  wanted.processes = Confinement::Processes::any;
  wanted.writable = {folder, compiler_cache};
  wanted.cpu_seconds = kCompilerSeconds;
  wanted.address_bytes = kCompilerBytes;
  const std::string error = confine(wanted);
  if (error.empty()) return true;
  const std::string line = "cannot confine the compiler: " + error + "\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
  return false;
}

}  // namespace

std::optional<RevisionName> parse_revision_name(std::string_view name) {
  std::error_code ignored;
  if (fs::is_directory(name, ignored)) return std::nullopt;
  for (std::size_t at = name.find('@'); at != std::string_view::npos; at = name.find('@', at + 1)) {
    if (at > 0 && fs::is_directory(name.substr(0, at), ignored)) {
      return RevisionName{std::string(name.substr(0, at)), std::string(name.substr(at + 1))};
    }
  }
  return std::nullopt;
}

RevisionTargets::RevisionTargets(std::unique_ptr<GitClone> clone, TargetPaths paths)
    : clone_(std::move(clone)),
      paths_(std::move(paths)),
      finder_(*clone_, read_janus_file_list(paths_.scripts + "/lib/janus_files.txt")) {}

std::variant<std::unique_ptr<RevisionTargets>, std::string> RevisionTargets::open(
    const std::string& clone, const TargetPaths& paths) {
  auto opened = GitClone::open(clone);
  if (auto* error = std::get_if<std::string>(&opened)) return std::move(*error);
  if (!fs::exists(paths.scripts + "/build-plugin")) {
    return fmt::format("{}/build-plugin is not there to build it", paths.scripts);
  }
  return std::unique_ptr<RevisionTargets>(
      new RevisionTargets(std::move(std::get<std::unique_ptr<GitClone>>(opened)), paths));
}

std::string RevisionTargets::fingerprint_of(const std::string& variant) {
  std::string& known = fingerprints_[variant];
  if (!known.empty()) return known;
  std::vector<std::string> command = {paths_.scripts + "/build-plugin", "--fingerprint", "--quick"};
  if (!variant.empty()) command.insert(command.end(), {"--variant", variant});
  if (g_instrumentation == Instrumentation::address) command.emplace_back("--asan");
  CommandOptions options;
  options.errors_apart = true;
  const CommandResult result = run_command(command, options);
  if (result.status == 0) known = result.output;
  return known;
}

std::variant<RevisionInputs, std::string> RevisionTargets::inputs_of(const std::string& commit_id,
                                                                     const std::string& variant) {
  const auto known = inputs_.find(commit_id + '+' + variant);
  if (known != inputs_.end()) return known->second;
  const auto commit = clone_->commit(commit_id);
  if (!commit) return fmt::format("{} is no commit of {}", commit_id, clone_->folder());
  auto files = finder_.files_of(commit->tree);
  if (auto* error = std::get_if<std::string>(&files)) return std::move(*error);
  const std::string fingerprint = fingerprint_of(variant);
  if (fingerprint.empty()) return "build-plugin --fingerprint fails";

  RevisionInputs inputs;
  inputs.files = std::move(std::get<JanusFiles>(files));
  inputs.version = version_in(clone_->file(inputs.files.configure_ac).value_or(""));
  const auto core = [&](const char* name) {
    const auto file = inputs.files.core.find(name);
    return file == inputs.files.core.end() ? std::string() : file->second;
  };
  std::string& rules = rules_[core("ice.c") + core("ice.h") + core("janus.c") + inputs.version];
  if (rules.empty()) {
    const auto text = [&](const char* name) { return clone_->file(core(name)).value_or(""); };
    auto found = fakes::CoreRules::of_sources({text("ice.c"), text("ice.h"), text("janus.c")});
    if (!found) found = fakes::CoreRules::of_version(inputs.version);
    rules = found.value_or(fakes::CoreRules{}).to_text();
  }
  inputs.core_rules = rules;
  std::string all = fingerprint + rules + '\n';
  for (const auto& [path, id] : inputs.files.built) all += path + ' ' + id + '\n';
  inputs.key = sha256_of(all).substr(0, 32);
  return inputs_[commit_id + '+' + variant] = std::move(inputs);
}

std::string RevisionTargets::folder_of(const RevisionInputs& inputs) const {
  return paths_.cache + "/revisions/" + inputs.key;
}

bool RevisionTargets::is_known(const RevisionInputs& inputs) const {
  const TargetResult result = known(inputs);
  return result.target || !result.error.empty();
}

TargetResult RevisionTargets::known(const RevisionInputs& inputs) const {
  const std::string folder = folder_of(inputs);
  if (const std::string why = text_of(folder + "/failure"); !why.empty()) return {{}, why};
  TargetResult result = read_manifest(folder + "/manifest.json");
  if (result.target && fs::exists(result.target->so_path)) return result;
  return {};
}

std::string RevisionTargets::write_sources(const RevisionInputs& inputs,
                                           const std::string& folder) {
  for (const auto& [path, id] : inputs.files.built) {
    const auto text = clone_->file(id);
    if (!text) return fmt::format("{}{} cannot be read from the clone", inputs.files.folder, path);
    if (!write_file(fmt::format("{}/src/{}", folder, path), *text))
      return fmt::format("cannot write into {}", folder);
  }
  if (inputs.files.configure_ac.empty()) return "";
  write_file(folder + "/configure.ac", clone_->file(inputs.files.configure_ac).value_or(""));
  return "";
}

TargetResult RevisionTargets::target_of(const std::string& commit, const std::string& variant) {
  const auto asked = inputs_of(commit, variant);
  if (const auto* error = std::get_if<std::string>(&asked)) return {{}, *error};
  const auto& inputs = std::get<RevisionInputs>(asked);
  const std::string folder = folder_of(inputs);
  std::error_code ignored;
  fs::create_directories(folder + "/tmp", ignored);
  TargetResult result;
  {
    const FolderLock lock(folder);
    result = known(inputs);
    if (!result.target && result.error.empty()) {
      if (const std::string error = write_sources(inputs, folder + "/source"); !error.empty())
        return {{}, error};
      const char* set = ::getenv("CCACHE_DIR");
      const std::string compiler_cache =
          set != nullptr && *set != '\0' ? set : paths_.cache + "/ccache";
      fs::create_directories(compiler_cache, ignored);
      std::vector<std::string> command = {paths_.scripts + "/build-plugin",
                                          "--source",
                                          folder + "/source",
                                          "--name",
                                          "revision",
                                          "--out",
                                          folder + "/janus_sip.so"};
      if (!variant.empty()) command.insert(command.end(), {"--variant", variant});
      command.emplace_back("--quick");  // run a few times, on one of many commits
      if (g_instrumentation == Instrumentation::address) command.emplace_back("--asan");
      CommandOptions options;
      options.seconds = kBuildSeconds;
      options.own_group = own_group_;
      options.in_child = [&] { return confine_builder(folder, compiler_cache); };
      const CommandResult built = run_command(command, options);
      if (built.timed_out)
        return {{}, fmt::format("building took longer than {} s", kBuildSeconds)};
      if (built.status != 0 && built.output.empty())
        return {{}, fmt::format("the build ended with status {} and no word", built.status)};
      // Only what will be the same next time: neither a signal nor a full disk.
      if (built.status == 2) write_file(folder + "/failure", built.output);
      if (built.status != 0) return {{}, built.output};
      result = known(inputs);
      if (!result.target) return {{}, folder + "/manifest.json: cannot be read"};
    }
  }
  if (!result.target) return result;
  result.target->name = fmt::format("{}@{}{}{}", clone_->folder(), commit.substr(0, kShownDigits),
                                    variant.empty() ? "" : "+", variant);
  result.target->version = inputs.version;
  result.target->revision = commit;
  result.target->core_rules = inputs.core_rules;
  return result;
}

TargetResult resolve_revision(const RevisionName& name, const TargetPaths& paths) {
  auto opened = RevisionTargets::open(name.clone, paths);
  if (auto* error = std::get_if<std::string>(&opened)) return {{}, *error};
  RevisionTargets& targets = *std::get<std::unique_ptr<RevisionTargets>>(opened);
  if (const auto commit = targets.clone().commit_named(name.revision))
    return targets.target_of(*commit);
  const std::size_t plus = name.revision.rfind('+');
  if (plus != std::string::npos) {
    if (const auto commit = targets.clone().commit_named(name.revision.substr(0, plus)))
      return targets.target_of(*commit, name.revision.substr(plus + 1));
  }
  return {{}, fmt::format("'{}' names no commit of {}", name.revision, targets.clone().folder())};
}

}  // namespace onhook
