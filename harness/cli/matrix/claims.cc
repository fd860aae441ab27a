// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/cli/matrix/claims.h"

#include <fcntl.h>
#include <unistd.h>

#include <charconv>

#include "harness/trace/schedule.h"

namespace onhook::cli {
namespace {

/// The byte that stands for a row.
off_t byte_of(const std::string& row_key) {
  const std::string digits = sha256_of(row_key).substr(0, 15);
  off_t byte = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
  return byte;
}

}  // namespace

MatrixClaims::MatrixClaims(const std::string& file)
    : fd_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {}

MatrixClaims::~MatrixClaims() {
  if (fd_ >= 0) ::close(fd_);
}

bool MatrixClaims::lock(const std::string& row_key, int command, short type) const {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = byte_of(row_key);
  lock.l_len = 1;
  return fd_ < 0 || ::fcntl(fd_, command, &lock) == 0;
}

bool MatrixClaims::claim(const std::string& row_key, IfTaken if_taken) const {
  return lock(row_key, if_taken == IfTaken::wait ? F_OFD_SETLKW : F_OFD_SETLK, F_WRLCK);
}

void MatrixClaims::give_back(const std::string& row_key) const {
  lock(row_key, F_OFD_SETLK, F_UNLCK);
}

}  // namespace onhook::cli
