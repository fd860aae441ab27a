// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/base/text_file.h"

#include <errno.h>
#include <fmt/format.h>
#include <string.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace onhook {
namespace {

Diagnostic error_of(const std::string& path, std::string_view doing) {
  return complaint(path, fmt::format("cannot {}: {}", doing, ::strerror(errno)));
}

}  // namespace

std::variant<std::string, Diagnostic> read_text_file(const std::string& path,
                                                     std::string_view what) {
  std::error_code ignored;
  errno = std::filesystem::is_directory(path, ignored) ? EISDIR : 0;
  std::ifstream in;
  if (errno == 0) in.open(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (in.is_open() && !in.bad()) return text;
  return error_of(path, fmt::format("read the {}", what));
}

std::optional<Diagnostic> write_text_file(const std::string& text, const std::string& path) {
  // A device or pipe cannot be replaced, only written to.
  std::error_code ignored;
  const bool replaceable =
      !std::filesystem::exists(path, ignored) || std::filesystem::is_regular_file(path, ignored);
  const std::string first = replaceable ? fmt::format("{}.{}", path, ::getpid()) : path;
  errno = 0;
  std::ofstream out(first, std::ios::binary);
  out << text;
  out.close();
  if (out && (!replaceable || std::rename(first.c_str(), path.c_str()) == 0)) return std::nullopt;
  Diagnostic error = error_of(path, "write the file");
  if (replaceable) std::filesystem::remove(first, ignored);
  return error;
}

}  // namespace onhook
