// SPDX-License-Identifier: GPL-3.0-or-later
#include "fakes/core/fake_core.h"

#include <algorithm>
#include <utility>

#include "fakes/core/fake_handle.h"
#include "fakes/vocabulary.h"

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
      timed_(env.make_mailbox("core timers")),
      watchdog_left_(env.make_mailbox("core watchdog left")) {
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
      while (watchdog_stays_) (*watchdog_->take())();
      watchdog_left_->post([] {});
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

void FakeCore::shut_down(std::string_view actor, ClientTransport transport) {
  if (is_stopping()) return;
  progress_ = Progress::stopping;
  env_.spawn(
      "core main",
      [this, actor = std::string(actor), transport] { run_shutdown(actor, transport); },
      "core_main");
}

void FakeCore::run_shutdown(std::string_view actor, ClientTransport transport) {
  // What is queued there is done first, as by a loop that is told to quit when it is idle; a timer
  // that goes off later finds nobody.
  watchdog_->post([this] { watchdog_stays_ = false; });
  watchdog_left_->take();
  progress_ = Progress::unreachable;
  if (transport == ClientTransport::websockets)
    for (const auto& handle : handles_) handle->detach();
  env_.step({actor, verb::kDestroys, "plugin"});
  progress_ = Progress::plugin_gone;
  plugin_.destroy();
}

}  // namespace onhook::fakes
