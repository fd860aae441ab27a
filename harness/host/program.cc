// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/host/program.h"

#include <dlfcn.h>
#include <errno.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <sstream>

#include "harness/base/text_file.h"
#include "harness/host/command.h"
#include "harness/host/instrumentation.h"
#include "harness/sched/scheduler.h"
#include "harness/trace/schedule.h"

namespace onhook {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

fs::path cache_folder() {
  if (const char* set = ::getenv("ONHOOK_CACHE")) return fs::path(set) / "programs";
  return fs::path(ONHOOK_SOURCE_DIR) / ".cache/onhook/programs";
}

/// What the compiler must not know better: the calls go to whoever watches them.
std::vector<std::string> checked_flags(const std::string& checked) {
  std::vector<std::string> flags;
  std::istringstream table(checked);
  for (std::string name; std::getline(table, name);) {
    if (!name.empty() && name.front() != '#') flags.push_back("-fno-builtin-" + name);
  }
  return flags;
}

constexpr const char* kLinker = ONHOOK_SOURCE_DIR "/scripts/link-program";

/// What decides which calls are replaced by stubs: each table of interpose/symbols/, by name; or
/// why one cannot be read.
std::variant<std::map<std::string, std::string>, Diagnostic> symbol_tables() {
  std::map<std::string, std::string> tables;
  for (const char* name : {"checked", "harness", "modelled", "pure"}) {
    const std::string path =
        fmt::format(ONHOOK_SOURCE_DIR "/harness/interpose/symbols/{}.txt", name);
    auto text = read_text_file(path, "table of symbols");
    if (const auto* error = std::get_if<Diagnostic>(&text)) return *error;
    tables[name] = std::move(std::get<std::string>(text));
  }
  return tables;
}

/// The compiler's command up to the input, the same for preprocessing and compiling.
std::vector<std::string> compiler(const ProgramSpec& spec, const std::string& checked) {
  std::vector<std::string> command = {
      "gcc", "-std=gnu11", "-g", "-O1", "-fPIC", "-fno-omit-frame-pointer", "-pthread"};
  if (g_instrumentation == Instrumentation::thread) {
    command.push_back("-fsanitize=thread");
    const std::vector<std::string> flags = checked_flags(checked);
    command.insert(command.end(), flags.begin(), flags.end());
  } else {
    // As in scripts/build-plugin.
    command.insert(command.end(),
                   {"-fsanitize=address", "-fsanitize-recover=address", "-fno-inline-atomics",
                    "--param=asan-instrumentation-with-call-threshold=0", "-finstrument-functions",
                    "-include", ONHOOK_SOURCE_DIR "/harness/asan/older_atomics.h"});
  }
  const CommandResult glib = run_command({"pkg-config", "--cflags", "glib-2.0"});
  if (glib.status == 0) {
    for (std::string& flag : words_of(glib.output)) command.push_back(std::move(flag));
  }
  command.insert(command.end(), spec.defines.begin(), spec.defines.end());
  return command;
}

}  // namespace

std::variant<std::string, ProgramError> Program::compile(const ProgramSpec& spec) {
  if (!fs::exists(spec.c_file)) return ProgramError{"no such file: " + spec.c_file};
  const auto read = symbol_tables();
  if (const auto* error = std::get_if<Diagnostic>(&read)) return ProgramError{to_text(*error)};
  const auto& tables = std::get<std::map<std::string, std::string>>(read);
  const std::vector<std::string> base = compiler(spec, tables.at("checked"));
  std::vector<std::string> preprocess = base;
  // With debugging information the text names the working directory, which changes nothing.
  preprocess.insert(preprocess.end(), {"-fno-working-directory", "-E", spec.c_file});
  const CommandResult text = run_command(preprocess);
  if (text.status != 0) return ProgramError{text.output};

  std::string content = fmt::format("{}\n", fmt::join(base, " "));
  for (const auto& [name, table] : tables) content += table;
  const std::string hash = sha256_of(content + text.output);
  const fs::path folder = cache_folder();
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  const fs::path object = folder / (hash + ".so");
  if (!fs::exists(object)) {
    const std::string unlinked = fmt::format("{}.{}.o", object.string(), ::getpid());
    const std::string linked = fmt::format("{}.{}.tmp", object.string(), ::getpid());
    std::vector<std::string> command = base;
    command.insert(command.end(), {"-c", spec.c_file, "-o", unlinked});
    CommandResult result = run_command(command);
    if (result.status == 0) result = run_command({kLinker, unlinked, linked});
    fs::remove(unlinked, ignored);
    if (result.status != 0) return ProgramError{result.output};
    fs::rename(linked, object);
  }
  return object.string();
}

std::variant<Program, ProgramError> Program::load(const ProgramSpec& spec) {
  const auto compiled = compile(spec);
  if (const auto* error = std::get_if<ProgramError>(&compiled)) return *error;
  const fs::path object = std::get<std::string>(compiled);
  Program program;
  program.hash_ = object.stem();
  void* handle = ::dlopen(object.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return ProgramError{::dlerror()};
  program.main_ = reinterpret_cast<Main*>(::dlsym(handle, "main"));
  if (program.main_ == nullptr) return ProgramError{spec.c_file + " has no main()"};
  program.arguments_ = {fs::path(spec.c_file).stem()};
  program.arguments_.insert(program.arguments_.end(), spec.args.begin(), spec.args.end());
  return program;
}

void Program::run_main() const {
  std::vector<char*> argv;
  for (const std::string& a : arguments_) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  errno = 0;  // C17 7.5 paragraph 3: zero at program startup
  const int status =
      main_(static_cast<int>(arguments_.size()), argv.data(), argv.data() + argv.size() - 1);
  if (status != 0) {
    current_scheduler()->end_from_inside(End::assertion, fmt::format("main() returned {}", status));
  }
}

}  // namespace onhook
