// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/core/fake_core.h"

#include <algorithm>
#include <utility>

#include "fakes/core/fake_handle.h"

namespace onhook::fakes {
namespace {

/// For the callbacks of the C table that name no handle.
FakeCore* current_core = nullptr;

}  // namespace

FakeCore::FakeCore(Env& env, const onhook_plugin_ops& plugin, CoreRules rules, int log_level)
    : env_(env),
      plugin_(plugin),
      rules_(rules),
      log_level_(log_level),
      watchdog_(env.make_mailbox("core watchdog")),
      timed_(env.make_mailbox("core timers")) {
  current_core = this;
}

FakeCore::~FakeCore() {
  if (current_core == this) current_core = nullptr;
}

FakeCore* FakeCore::current() { return current_core; }

int FakeCore::start(const std::string& config_folder) {
  const int result = plugin_.init(&core_ops(), config_folder.c_str());
  if (result == 0)
    env_.spawn("core watchdog", [this] {
      while (auto job = watchdog_->take()) (*job)();
    });
  return result;
}

FakeHandle* FakeCore::attach(std::string_view actor, CoreClient& client) {
  auto handle = std::make_unique<FakeHandle>(*this, actor, client);
  if (!handle->create_session()) return nullptr;
  handles_.push_back(std::move(handle));
  handles_.back()->start_loop();
  return handles_.back().get();
}

void FakeCore::run_on_watchdog(Job job) {
  // All timers have the same interval and one thread serves them, so the order of arrival is kept:
  // whichever timer goes off, the job that is due is the oldest.
  timed_->post(std::move(job));
  env_.start_timer(rules_.timer, [this] { watchdog_->post([this] { (*timed_->take())(); }); });
}

}  // namespace onhook::fakes
