// SPDX-License-Identifier: GPL-3.0-or-later
// A plain C program as a subject: compiled with instrumentation into a shared object, its main()
// run as the first thread of a world. Needs nothing of Janus.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace onhook {

struct ProgramSpec {
  std::string c_file;
  std::vector<std::string> defines;  ///< compiler arguments, "-DN=2"
  std::vector<std::string> args;     ///< argv[1..]
};

struct ProgramError {
  std::string message;  ///< the compiler's own words, or why it could not be run
};

/// A compiled and loaded program.
class Program {
 public:
  /// Compiles (cached by content of the preprocessed text and the flags) and links: the path of the
  /// shared object. Runs nothing of it.
  static std::variant<std::string, ProgramError> compile(const ProgramSpec& spec);

  /// Compiles and loads.
  static std::variant<Program, ProgramError> load(const ProgramSpec& spec);

  /// Calls main(); its result other than 0 is an assertion failure of the execution.
  void run_main() const;
  /// An address inside the shared object.
  const void* address() const { return reinterpret_cast<const void*>(main_); }
  const std::string& object_hash() const { return hash_; }

 private:
  using Main = int(int, char**, char**);
  Main* main_ = nullptr;
  std::string hash_;
  std::vector<std::string> arguments_;
};

}  // namespace onhook
