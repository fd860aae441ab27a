// SPDX-License-Identifier: GPL-3.0-or-later
#include <sys/file.h>

#include <utility>

#include "harness/kernel/file_store.h"

namespace onhook {

namespace {
constexpr int kCreationFlags = O_CREAT | O_EXCL | O_TRUNC | O_NOCTTY | O_CLOEXEC | O_DIRECTORY;
}

OpenFile::OpenFile(std::shared_ptr<FileNode> node, int flags)
    : Description("file", flags & ~kCreationFlags), node_(std::move(node)) {}

OpenFile::~OpenFile() { release(); }

SysResult OpenFile::read(std::span<const iovec> buffers) {
  if ((status_flags() & O_ACCMODE) == O_WRONLY) return -EBADF;
  if (node_->kind == FileNode::Kind::directory) return -EISDIR;
  if (node_->kind == FileNode::Kind::device) {
    for (const iovec& buffer : buffers) {
      node_->source({static_cast<std::uint8_t*>(buffer.iov_base), buffer.iov_len});
    }
    return static_cast<SysResult>(total_length(buffers));
  }
  if (offset_ >= node_->content.size()) return 0;
  const std::size_t n = scatter(std::span(node_->content).subspan(offset_), buffers);
  offset_ += n;
  return static_cast<SysResult>(n);
}

SysResult OpenFile::write(std::span<const iovec> buffers) {
  if ((status_flags() & O_ACCMODE) == O_RDONLY) return -EBADF;
  const Bytes bytes = gather(buffers);
  if (node_->kind == FileNode::Kind::device) return static_cast<SysResult>(bytes.size());
  if ((status_flags() & O_APPEND) != 0) offset_ = node_->content.size();
  if (offset_ + bytes.size() > node_->content.size()) node_->content.resize(offset_ + bytes.size());
  std::ranges::copy(bytes, node_->content.begin() + static_cast<std::ptrdiff_t>(offset_));
  offset_ += bytes.size();
  return static_cast<SysResult>(bytes.size());
}

SysResult OpenFile::seek(std::int64_t offset, int whence) {
  std::int64_t base = 0;
  if (whence == SEEK_CUR) {
    base = static_cast<std::int64_t>(offset_);
  } else if (whence == SEEK_END) {
    base = static_cast<std::int64_t>(node_->content.size());
  } else if (whence != SEEK_SET) {
    return -EINVAL;
  }
  if (base + offset < 0) return -EINVAL;
  offset_ = static_cast<std::size_t>(base + offset);
  return base + offset;
}

SysResult OpenFile::truncate(std::int64_t length) {
  if (length < 0 || (status_flags() & O_ACCMODE) == O_RDONLY) return -EINVAL;
  node_->content.resize(static_cast<std::size_t>(length));
  return 0;
}

void OpenFile::release() {
  if (held_ == Held::shared) --node_->readers;
  if (held_ == Held::exclusive) node_->is_locked = false;
  held_ = Held::nothing;
}

SysResult OpenFile::lock(int operation) {
  const int wanted = operation & ~LOCK_NB;
  if (wanted != LOCK_SH && wanted != LOCK_EX && wanted != LOCK_UN) return -EINVAL;
  release();  // a conversion gives the old lock up first (flock(2))
  if (wanted == LOCK_UN) return 0;
  if (node_->is_locked || (wanted == LOCK_EX && node_->readers > 0)) return -EWOULDBLOCK;
  held_ = wanted == LOCK_EX ? Held::exclusive : Held::shared;
  if (wanted == LOCK_EX) {
    node_->is_locked = true;
  } else {
    ++node_->readers;
  }
  return 0;
}

}  // namespace onhook
