// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>

#include "harness/host/program.h"
#include "harness/host/subject_kinds.h"

namespace onhook {
namespace {

class ProgramSubjectImpl : public TestSubject {
 public:
  explicit ProgramSubjectImpl(Program program) : program_(std::move(program)) {}

  WorldSpec world_spec() override {
    WorldSpec spec;
    spec.race = [this] { program_.run_main(); };
    spec.objects = {program_.address()};
    return spec;
  }
  std::string object_hash() const override { return program_.object_hash(); }

 private:
  Program program_;
};

}  // namespace

SubjectResult make_program_subject(const CompiledScenario& scenario) {
  const ProgramSubject& wanted = *scenario.program;
  const auto folder = std::filesystem::path(scenario.path).parent_path();
  auto loaded = Program::load({(folder / wanted.c_file).string(), wanted.defines, wanted.args});
  if (const auto* error = std::get_if<ProgramError>(&loaded)) return error->message;
  return std::make_unique<ProgramSubjectImpl>(std::move(std::get<Program>(loaded)));
}

}  // namespace onhook
