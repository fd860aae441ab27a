// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: a folder of the test's own (CTest runs tests side by side, so that a fixed name under
// /tmp is shared by all of them), and the text of a file.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "harness/base/text_file.h"

namespace onhook::testing_base {

/// Made empty, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(::testing::TempDir() + "onhook_test.XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr) ::abort();
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// A file that cannot be read fails the test.
inline std::string text_of_file(const std::string& path) {
  auto read = read_text_file(path);
  if (auto* text = std::get_if<std::string>(&read)) return std::move(*text);
  ADD_FAILURE() << to_text(std::get<Diagnostic>(read));
  return "";
}

}  // namespace onhook::testing_base
