// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/git_clone.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <sstream>

#include "harness/base/write_all.h"
#include "harness/host/command.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMostBytes = std::size_t{64} << 20;

// What a surrounding git has set for its own repository.
constexpr std::array kGitVariables = {"GIT_DIR",
                                      "GIT_WORK_TREE",
                                      "GIT_INDEX_FILE",
                                      "GIT_OBJECT_DIRECTORY",
                                      "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                                      "GIT_COMMON_DIR",
                                      "GIT_NAMESPACE",
                                      "GIT_PREFIX"};

/// A git that has died is an answer that does not come, not our end.
class WithoutSigpipe {
 public:
  WithoutSigpipe() : old_(::signal(SIGPIPE, SIG_IGN)) {}
  ~WithoutSigpipe() { ::signal(SIGPIPE, old_); }
  WithoutSigpipe(const WithoutSigpipe&) = delete;
  WithoutSigpipe& operator=(const WithoutSigpipe&) = delete;

 private:
  void (*old_)(int);
};

bool write_to_git(int fd, std::string_view text) {
  const WithoutSigpipe scope;
  return write_all(fd, text);
}

bool read_exactly(int fd, char* to, std::size_t bytes) {
  while (bytes > 0) {
    const ssize_t n = ::read(fd, to, bytes);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to += n;
    bytes -= static_cast<std::size_t>(n);
  }
  return true;
}

std::optional<std::string> read_line(int fd) {
  std::string line;
  char c = 0;
  while (read_exactly(fd, &c, 1)) {
    if (c == '\n') return line;
    line += c;
    if (line.size() > 4096) break;
  }
  return std::nullopt;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(std::move(line));
  return lines;
}

std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return text;
}

/// "MODE NAME\0ID" after one another; an id has half as many bytes as digits.
std::optional<GitClone::Tree> parse_tree(std::string_view bytes, std::size_t id_bytes) {
  GitClone::Tree tree;
  while (!bytes.empty()) {
    const std::size_t space = bytes.find(' ');
    const std::size_t end = bytes.find('\0');
    if (space == std::string_view::npos || end == std::string_view::npos || space > end ||
        bytes.size() < end + 1 + id_bytes) {
      return std::nullopt;
    }
    const std::string_view mode = bytes.substr(0, space);
    tree[std::string(bytes.substr(space + 1, end - space - 1))] = {
        mode == "40000", mode.starts_with("100"), hex_of(bytes.substr(end + 1, id_bytes))};
    bytes.remove_prefix(end + 1 + id_bytes);
  }
  return tree;
}

}  // namespace

void quiet_git() {
  for (const char* name : kGitVariables) ::unsetenv(name);
  ::setenv("GIT_OPTIONAL_LOCKS", "0", 1);
  ::setenv("GIT_NO_REPLACE_OBJECTS", "1", 1);
  ::setenv("GIT_NO_LAZY_FETCH", "1", 1);
  ::setenv("GIT_ALLOW_PROTOCOL", "none", 1);  // git before 2.44 does not know the one above
  ::setenv("GIT_TERMINAL_PROMPT", "0", 1);
}

std::variant<std::unique_ptr<GitClone>, std::string> GitClone::open(const std::string& folder) {
  std::error_code error;
  const fs::path path = fs::canonical(folder, error);
  if (error || !fs::is_directory(path, error)) return fmt::format("there is no folder {}", folder);
  std::unique_ptr<GitClone> clone(new GitClone(path.string()));
  CommandOptions options;
  options.in_child = [] {
    quiet_git();
    return true;
  };
  const CommandResult inside =
      run_command({"git", "-C", clone->folder_, "rev-parse", "--git-dir"}, options);
  if (inside.status != 0) {
    return fmt::format("{} is no git clone: {}", folder,
                       inside.output.substr(0, inside.output.find('\n')));
  }
  if (!clone->start_batch()) return fmt::format("{}: git cat-file cannot be started", folder);
  return clone;
}

GitClone::~GitClone() { end_batch(); }

bool GitClone::start_batch() {
  std::array<int, 2> to{-1, -1};
  std::array<int, 2> from{-1, -1};
  if (::pipe2(to.data(), O_CLOEXEC) != 0) return false;
  if (::pipe2(from.data(), O_CLOEXEC) != 0) {
    ::close(to[0]);
    ::close(to[1]);
    return false;
  }
  batch_ = ::fork();
  if (batch_ == 0) {
    ::setpgid(0, 0);  // Ctrl-C is for those who ask
    ::dup2(to[0], STDIN_FILENO);
    ::dup2(from[1], STDOUT_FILENO);
    quiet_git();
    become({"git", "-C", folder_, "cat-file", "--batch"});
  }
  ::close(to[0]);
  ::close(from[1]);
  questions_ = to[1];
  answers_ = from[0];
  return batch_ > 0;
}

void GitClone::end_batch() {
  if (questions_ >= 0) ::close(questions_);
  if (answers_ >= 0) ::close(answers_);
  questions_ = answers_ = -1;
  if (batch_ > 0) {
    ::kill(batch_, SIGKILL);
    while (::waitpid(batch_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  batch_ = -1;
}

std::optional<GitClone::Object> GitClone::object(const std::string& id) {
  if (batch_ < 0 && !start_batch()) return std::nullopt;
  if (!write_to_git(questions_, id + "\n")) return std::nullopt;
  const auto header = read_line(answers_);
  if (!header || header->ends_with(" missing")) return std::nullopt;
  std::istringstream words(*header);
  std::string oid;
  Object object;
  std::size_t size = 0;
  words >> oid >> object.type >> size;
  if (!words || size > kMostBytes) {
    end_batch();  // a new one is started for the next question
    return std::nullopt;
  }
  object.bytes.resize(size);
  char newline = 0;
  if (!read_exactly(answers_, object.bytes.data(), size) || !read_exactly(answers_, &newline, 1)) {
    return std::nullopt;
  }
  return object;
}

std::vector<std::string> GitClone::git(std::vector<std::string> arguments) const {
  std::vector<std::string> command = {"git", "-C", folder_};
  command.insert(command.end(), arguments.begin(), arguments.end());
  CommandOptions options;
  options.errors_apart = true;
  options.in_child = [] {
    quiet_git();
    return true;
  };
  const CommandResult result = run_command(command, options);
  return result.status == 0 ? lines_of(result.output) : std::vector<std::string>();
}

std::optional<std::string> GitClone::commit_named(const std::string& name) const {
  const auto lines =
      git({"rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"});
  return lines.size() == 1 ? std::optional(lines[0]) : std::nullopt;
}

std::map<std::string, std::vector<std::string>> GitClone::tags() const {
  std::map<std::string, std::vector<std::string>> out;
  // An annotated tag has an id of its own, and that of its commit after it.
  for (const std::string& line :
       git({"for-each-ref", "--format=%(refname:strip=2) %(objectname) %(*objectname)",
            "refs/tags"})) {
    std::istringstream words(line);
    std::string name;
    std::string id;
    words >> name;
    while (words >> id) {
    }
    out[id].push_back(name);
  }
  return out;
}

std::optional<GitClone::Commit> GitClone::commit(const std::string& id) {
  const auto found = object(id);
  if (!found || found->type != "commit") return std::nullopt;
  Commit commit;
  commit.id = id;
  std::istringstream in(found->bytes);
  for (std::string line; std::getline(in, line) && !line.empty();) {
    if (line.starts_with("tree ")) commit.tree = line.substr(5);
    if (line.starts_with("parent ")) commit.parents.push_back(line.substr(7));
    if (line.starts_with("committer ")) {
      const std::size_t at = line.rfind("> ");
      if (at != std::string::npos) {
        std::from_chars(line.data() + at + 2, line.data() + line.size(), commit.time);
      }
    }
  }
  std::getline(in, commit.subject);
  return commit;
}

const GitClone::Tree* GitClone::tree(const std::string& id) {
  auto known = trees_.find(id);
  if (known == trees_.end()) {
    std::optional<Tree> parsed;
    if (const auto found = object(id); found && found->type == "tree") {
      parsed = parse_tree(found->bytes, id.size() / 2);
    }
    known = trees_.emplace(id, std::move(parsed)).first;
  }
  return known->second ? &*known->second : nullptr;
}

std::optional<std::string> GitClone::file(const std::string& id) {
  auto found = object(id);
  if (!found || found->type != "blob") return std::nullopt;
  return std::move(found->bytes);
}

std::optional<GitClone::Entry> GitClone::find(const std::string& tree_id, std::string_view path) {
  Entry at{true, false, tree_id};
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const Tree* folder = at.is_tree ? tree(at.id) : nullptr;
    if (folder == nullptr) return std::nullopt;
    const auto entry = folder->find(std::string(path.substr(0, slash)));
    if (entry == folder->end()) return std::nullopt;
    at = entry->second;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return at;
}

std::variant<std::vector<GitClone::Commit>, std::string> GitClone::history(
    const std::vector<std::string>& include, const std::vector<std::string>& exclude,
    bool first_parent) {
  std::vector<std::string> arguments = {"rev-list", "--topo-order", "--reverse", "--parents"};
  if (first_parent) arguments.emplace_back("--first-parent");
  arguments.insert(arguments.end(), include.begin(), include.end());
  for (const std::string& commit : exclude) arguments.push_back("^" + commit);
  arguments.emplace_back("--");
  std::vector<Commit> commits;
  for (const std::string& line : git(std::move(arguments))) {
    std::istringstream words(line);
    std::string id;
    words >> id;
    auto found = commit(id);
    if (!found) return fmt::format("{} cannot be read from {}", id, folder_);
    found->parents.clear();
    for (std::string parent; words >> parent;) found->parents.push_back(std::move(parent));
    if (first_parent && found->parents.size() > 1) found->parents.resize(1);
    commits.push_back(*std::move(found));
  }
  return commits;
}

std::vector<std::string> GitClone::merge_bases(const std::string& a, const std::string& b) const {
  return git({"merge-base", "--all", a, b});
}

}  // namespace onhook
