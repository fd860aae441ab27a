// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/kernel/file_store.h"

#include <vector>

#include "harness/base/check.h"

namespace onhook {

namespace {

std::string folder_of(const std::string& canonical_path) {
  const std::size_t slash = canonical_path.rfind('/');
  return slash == 0 ? "/" : canonical_path.substr(0, slash);
}

}  // namespace

void FileNode::describe(struct stat& out) const {
  constexpr blksize_t kBlock_bytes = 4096;
  out = {};
  out.st_ino = inode;
  out.st_nlink = 1;
  out.st_blksize = kBlock_bytes;
  out.st_size = static_cast<off_t>(content.size());
  out.st_blocks = (out.st_size + 511) / 512;
  out.st_mode = permissions;
  if (kind == Kind::file) out.st_mode |= S_IFREG;
  if (kind == Kind::directory) out.st_mode |= S_IFDIR;
  if (kind == Kind::device) out.st_mode |= S_IFCHR;
}

FileStore::FileStore() { create("/", FileNode::Kind::directory).permissions = 0755; }

std::string FileStore::canonical(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path = slash == std::string_view::npos ? "" : path.substr(slash + 1);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string result;
  for (const std::string_view part : parts) result.append("/").append(part);
  return result.empty() ? "/" : result;
}

FileNode& FileStore::create(const std::string& canonical_path, FileNode::Kind kind) {
  auto node = std::make_shared<FileNode>();
  node->kind = kind;
  node->inode = next_inode_++;
  if (kind == FileNode::Kind::directory) node->permissions = 0755;
  return *(nodes_[canonical_path] = std::move(node));
}

void FileStore::add_directory(std::string_view path) {
  const std::string whole = canonical(path);
  for (std::size_t slash = whole.find('/', 1);; slash = whole.find('/', slash + 1)) {
    const std::string prefix = whole.substr(0, slash);
    if (!nodes_.contains(prefix)) create(prefix, FileNode::Kind::directory);
    if (slash == std::string::npos) return;
  }
}

void FileStore::add_file(std::string_view path, std::string_view content) {
  const std::string whole = canonical(path);
  add_directory(folder_of(whole));
  create(whole, FileNode::Kind::file).content.assign(content.begin(), content.end());
}

void FileStore::add_device(std::string_view path, FileNode::Source source) {
  const std::string whole = canonical(path);
  add_directory(folder_of(whole));
  create(whole, FileNode::Kind::device).source = std::move(source);
}

std::shared_ptr<FileNode> FileStore::find(std::string_view path) const {
  const auto it = nodes_.find(canonical(path));
  return it != nodes_.end() ? it->second : nullptr;
}

const Bytes* FileStore::contents(std::string_view path) const {
  const auto node = find(path);
  return node != nullptr && node->kind == FileNode::Kind::file ? &node->content : nullptr;
}

SysResult FileStore::check_parent(const std::string& canonical_path) const {
  const auto folder = find(folder_of(canonical_path));
  if (folder == nullptr) return -ENOENT;
  return folder->kind == FileNode::Kind::directory ? 0 : -ENOTDIR;
}

bool FileStore::has_children(const std::string& canonical_path) const {
  const auto next = nodes_.upper_bound(canonical_path + "/");
  return next != nodes_.end() && next->first.starts_with(canonical_path + "/");
}

SysResult FileStore::open(std::string_view path, int flags, mode_t mode,
                          std::shared_ptr<FileNode>& node) {
  if (path.empty()) return -ENOENT;
  const std::string whole = canonical(path);
  node = find(whole);
  const bool writes = (flags & O_ACCMODE) != O_RDONLY;
  if (node == nullptr) {
    if ((flags & O_CREAT) == 0) return -ENOENT;
    if (const SysResult error = check_parent(whole)) return error;
    create(whole, FileNode::Kind::file).permissions = mode & 0777;
    node = find(whole);
    return 0;
  }
  if ((flags & O_CREAT) != 0 && (flags & O_EXCL) != 0) return -EEXIST;
  const bool is_directory = node->kind == FileNode::Kind::directory;
  if (is_directory && (writes || (flags & O_CREAT) != 0)) return -EISDIR;
  if (!is_directory && (flags & O_DIRECTORY) != 0) return -ENOTDIR;
  if ((flags & O_TRUNC) != 0 && writes) node->content.clear();
  return 0;
}

SysResult FileStore::stat(std::string_view path, struct stat& out) const {
  const auto node = path.empty() ? nullptr : find(path);
  if (node == nullptr) return -ENOENT;
  node->describe(out);
  return 0;
}

SysResult FileStore::make_directory(std::string_view path, mode_t mode) {
  if (path.empty()) return -ENOENT;
  const std::string whole = canonical(path);
  if (nodes_.contains(whole)) return -EEXIST;
  if (const SysResult error = check_parent(whole)) return error;
  create(whole, FileNode::Kind::directory).permissions = mode & 0777;
  return 0;
}

SysResult FileStore::remove_directory(std::string_view path) {
  const std::string whole = canonical(path);
  const auto node = find(whole);
  if (node == nullptr) return -ENOENT;
  if (node->kind != FileNode::Kind::directory) return -ENOTDIR;
  if (whole == "/") return -EBUSY;
  if (has_children(whole)) return -ENOTEMPTY;
  nodes_.erase(whole);
  return 0;
}

SysResult FileStore::unlink(std::string_view path) {
  const auto node = find(path);
  if (node == nullptr) return -ENOENT;
  if (node->kind == FileNode::Kind::directory) return -EISDIR;
  nodes_.erase(canonical(path));
  return 0;
}

SysResult FileStore::rename(std::string_view from, std::string_view to) {
  const std::string source = canonical(from);
  const std::string target = canonical(to);
  const auto node = find(source);
  if (node == nullptr) return -ENOENT;
  if (const SysResult error = check_parent(target)) return error;
  if (source == target) return 0;
  if (target.starts_with(source + "/")) return -EINVAL;
  const bool moves_directory = node->kind == FileNode::Kind::directory;
  if (const auto there = find(target)) {
    const bool onto_directory = there->kind == FileNode::Kind::directory;
    if (moves_directory && !onto_directory) return -ENOTDIR;
    if (!moves_directory && onto_directory) return -EISDIR;
    if (has_children(target)) return -ENOTEMPTY;
  }
  decltype(nodes_) moved;
  std::erase_if(nodes_, [&](const auto& entry) {
    const bool below = entry.first == source || entry.first.starts_with(source + "/");
    if (below) moved[target + entry.first.substr(source.size())] = entry.second;
    return below;
  });
  for (auto& [path, moved_node] : moved) nodes_[path] = moved_node;
  return 0;
}

}  // namespace onhook
