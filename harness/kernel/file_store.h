// SPDX-License-Identifier: GPL-3.0-or-later
// The world's files: a small tree in memory, for configuration, recordings and /dev/urandom.
// Nothing of the machine's own file system shows through; a path that nobody put here does not
// exist.
//
// No links, no permissions, no time stamps (all are the epoch): nobody in the world looks at them.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "harness/kernel/description.h"
#include "harness/kernel/io_vector.h"

namespace onhook {

struct FileNode {
  enum class Kind : std::uint8_t { file, directory, device };
  /// Fills a read from a device.
  using Source = std::function<void(std::span<std::uint8_t>)>;

  Kind kind = Kind::file;
  ino_t inode = 0;
  mode_t permissions = 0644;
  Bytes content{};
  Source source{};  ///< devices only; writes to them vanish
  int readers = 0;  ///< flock(): shared holders
  bool is_locked = false;

  void describe(struct stat& out) const;
};

class FileStore {
 public:
  FileStore();

  // For the host ---------------------------------------------------------------------------------

  /// Creates or replaces a file, and the directories above it. Absolute paths.
  void add_file(std::string_view path, std::string_view content);
  void add_directory(std::string_view path);
  void add_device(std::string_view path, FileNode::Source source);
  /// Null if there is no such file.
  const Bytes* contents(std::string_view path) const;

  // For the shims; 0 or -errno -------------------------------------------------------------------

  SysResult open(std::string_view path, int flags, mode_t mode, std::shared_ptr<FileNode>& node);
  SysResult stat(std::string_view path, struct stat& out) const;
  SysResult make_directory(std::string_view path, mode_t mode);
  SysResult remove_directory(std::string_view path);
  SysResult unlink(std::string_view path);
  SysResult rename(std::string_view from, std::string_view to);
  /// The path without ".", ".." and double slashes, from the root (the working directory is "/").
  static std::string canonical(std::string_view path);

 private:
  std::shared_ptr<FileNode> find(std::string_view path) const;
  /// -ENOENT or -ENOTDIR unless the folder of `canonical_path` is a directory.
  SysResult check_parent(const std::string& canonical_path) const;
  bool has_children(const std::string& canonical_path) const;
  FileNode& create(const std::string& canonical_path, FileNode::Kind kind);

  std::map<std::string, std::shared_ptr<FileNode>> nodes_;
  ino_t next_inode_ = 1;
};

/// An open file: a node and an offset.
class OpenFile final : public Description {
 public:
  OpenFile(std::shared_ptr<FileNode> node, int flags);
  ~OpenFile() override;

  PollEvents readiness() const override { return kReadable | kWritable; }
  SysResult read(std::span<const iovec> buffers) override;
  SysResult write(std::span<const iovec> buffers) override;
  /// lseek(): the new offset from the start, or -EINVAL.
  SysResult seek(std::int64_t offset, int whence);
  SysResult truncate(std::int64_t length);
  /// flock() as if with LOCK_NB: 0 or -EWOULDBLOCK.
  SysResult lock(int operation);
  const FileNode& node() const { return *node_; }

 private:
  enum class Held : std::uint8_t { nothing, shared, exclusive };
  void release();

  std::shared_ptr<FileNode> node_;
  std::size_t offset_ = 0;
  Held held_ = Held::nothing;
};

}  // namespace onhook
