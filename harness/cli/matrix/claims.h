// SPDX-License-Identifier: GPL-3.0-or-later
// Who computes what, where several matrices fill one store at the same time: a row that one of them
// has claimed is left to it. A claim ends with its process, however that ends.
#pragma once

#include <string>

namespace onhook::cli {

class MatrixClaims {
 public:
  /// Through locks on the bytes of `file`, which is made. Where it cannot be, everybody may do all.
  explicit MatrixClaims(const std::string& file);
  ~MatrixClaims();
  MatrixClaims(const MatrixClaims&) = delete;
  MatrixClaims& operator=(const MatrixClaims&) = delete;

  enum class IfTaken { give_up, wait };
  /// False if somebody else has it (or, waiting, if a signal came).
  bool claim(const std::string& row_key, IfTaken if_taken) const;
  void give_back(const std::string& row_key) const;

 private:
  bool lock(const std::string& row_key, int command, short type) const;
  int fd_;
};

}  // namespace onhook::cli
