// SPDX-License-Identifier: GPL-3.0-or-later
#include <filesystem>

#include "harness/host/program.h"
#include "harness/host/subject_kinds.h"
#include "harness/kernel/kernel.h"
#include "harness/sched/scheduler.h"

namespace onhook {
namespace {

class ProgramSubjectImpl : public TestSubject {
 public:
  ProgramSubjectImpl(const CompiledScenario& scenario, Program program)
      : program_(std::move(program)),
        map_(std::make_shared<CodeMap>(program_.address(), std::nullopt)),
        events_(std::make_shared<CodeEvents>(scenario, *map_)) {}

  WorldSpec world_spec() override {
    WorldSpec spec;
    spec.main_role = "main";
    spec.code_events = events_;
    spec.set_up = [this] {
      kernel_ = new Kernel({[](std::string_view what) {
        current_scheduler()->end_from_inside(End::unmodelled, what);
      }});
      set_current_kernel(kernel_);
    };
    spec.race = [this] { program_.run_main(); };
    spec.objects = {program_.address()};
    return spec;
  }
  std::string object_hash() const override { return program_.object_hash(); }
  const CodeMap& code_map() const override { return *map_; }
  const CodeEvents& code_events() const override { return *events_; }

 private:
  Program program_;
  Kernel* kernel_ = nullptr;  // in the world's memory
  std::shared_ptr<const CodeMap> map_;
  std::shared_ptr<const CodeEvents> events_;
};

}  // namespace

SubjectResult make_program_subject(const CompiledScenario& scenario) {
  const ProgramSubject& wanted = *scenario.program;
  const auto folder = std::filesystem::path(scenario.path).parent_path();
  auto loaded = Program::load({(folder / wanted.c_file).string(), wanted.defines, wanted.args});
  if (const auto* error = std::get_if<ProgramError>(&loaded)) return error->message;
  return std::make_unique<ProgramSubjectImpl>(scenario, std::move(std::get<Program>(loaded)));
}

}  // namespace onhook
