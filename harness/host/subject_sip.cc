// SPDX-License-Identifier: GPL-3.0-or-later
// A SIP plugin of some Janus revision among the fakes.
#include <dlfcn.h>
#include <fmt/format.h>
#include <jansson.h>

#include <optional>

#include "fakes/world.h"
#include "harness/base/text_file.h"
#include "harness/host/closed_library.h"
#include "harness/host/field_watch.h"
#include "harness/host/leftovers.h"
#include "harness/host/randomness.h"
#include "harness/host/sim_env.h"
#include "harness/host/subject_kinds.h"

namespace onhook {
namespace {

constexpr std::string_view kConfigFolder = "/onhook";

/// What an administrator would write for a machine with one address and a narrow port range.
constexpr std::string_view kPluginConfig =
    "general: {\n"
    "  local_ip = \"127.0.0.1\"\n"
    "  sdp_ip = \"127.0.0.1\"\n"
    "  rtp_port_range = \"20000-20100\"\n"
    "  keepalive_interval = 120\n"
    "  behind_nat = false\n"
    "  register_ttl = 3600\n"
    "}\n";

/// What the plugin keeps of an account and its call.
constexpr const char* kSession = "janus_sip_session";

/// What decides how a call ends; shown in the ladder whenever a thread changes it.
const std::vector<std::string> kWatchedFields = {"status", "media.has_audio", "media.has_video"};

KernelServices kernel_services() {
  return {
      [](std::string_view what) { current_scheduler()->end_from_inside(End::unmodelled, what); }};
}

/// Everything of one world that is not a thread; lives in the world's memory.
struct SipWorld {
  SipWorld(const onhook_plugin_ops& plugin, const fakes::Script& script,
           const fakes::CoreRules& rules)
      : kernel(kernel_services()), env(kernel) {
    set_current_kernel(&kernel);
    kernel.files().add_file(fmt::format("{}/janus.plugin.sip.jcfg", kConfigFolder), kPluginConfig);
    kernel.files().add_device("/dev/urandom", [](std::span<std::uint8_t> bytes) {
      for (std::uint8_t& b : bytes) b = static_cast<std::uint8_t>(world_prng().next());
    });
    fakes::WorldConfig config;
    config.config_folder = kConfigFolder;
    config.rules = rules;
    fakes.emplace(env, plugin, script, config);
  }

  Kernel kernel;
  SimEnv env;
  std::optional<fakes::FakeWorld> fakes;
};

class SipSubject : public TestSubject {
 public:
  SipSubject(const CompiledScenario& scenario, const Target& target,
             const onhook_plugin_ops& plugin, fakes::CoreRules rules)
      : script_(scenario.script),
        settles_(scenario.settles),
        hash_(target.content_hash),
        plugin_(plugin),
        rules_(rules),
        layout_(read_field_layout(target.so_path, kSession, kWatchedFields)),
        leftovers_(target.so_path),
        map_(std::make_shared<CodeMap>(reinterpret_cast<const void*>(plugin.init),
                                       read_field_layout(target.so_path, kSession, {}))),
        events_(std::make_shared<CodeEvents>(scenario, *map_)) {}

  WorldSpec world_spec() override {
    WorldSpec spec;
    spec.main_name = "world";
    spec.code_events = events_;
    spec.set_up = [this] { set_up(); };
    spec.race = [this] { race(); };
    spec.objects = {reinterpret_cast<const void*>(plugin_.init),
                    reinterpret_cast<const void*>(&json_object)};
    return spec;
  }

  std::string object_hash() const override { return hash_; }
  const CodeMap& code_map() const override { return *map_; }
  const CodeEvents& code_events() const override { return *events_; }

 private:
  static void fail_set_up(const std::optional<std::string>& error) {
    if (error) current_scheduler()->end_from_inside(End::stopped, *error);
  }

  void set_up() {
    json_object_seed(1);
    if (script_.sip == fakes::SipStack::sofia) {
      close_library(::dlsym(RTLD_DEFAULT, "su_home_init"));
    }
    if (layout_) FieldWatch::begin(*layout_);
    world_ = new SipWorld(plugin_, script_, rules_);
    fail_set_up(world_->fakes->init());
    fail_set_up(world_->fakes->establish());
  }

  void race() {
    world_->fakes->start();
    world_->env.sleep(fakes::Window::exactly(settles_), "the scenario settles");
    // What happens at this very instant is still awaited. Whoever waits for a lock then, waits for
    // ever.
    Scheduler& scheduler = *current_scheduler();
    Operation last;
    last.kind = OpKind::yield;
    scheduler.perform(last);
    if (scheduler.somebody_waits_for_a_lock()) {
      scheduler.end_from_inside(scheduler.deadlock(), scheduler.waiters());
    }
    world_->fakes->observe();
    leftovers_.note(*world_->fakes, world_->kernel);
    scheduler.end_from_inside(End::settled, "");
  }

  const fakes::Script script_;
  const TimeNs settles_;
  const std::string hash_;
  const onhook_plugin_ops& plugin_;
  const fakes::CoreRules rules_;
  const std::optional<FieldLayout> layout_;
  const Leftovers leftovers_;
  const std::shared_ptr<const CodeMap> map_;
  const std::shared_ptr<const CodeEvents> events_;
  SipWorld* world_ = nullptr;
};

/// Those that the tree's own core shows, or else those of its release, or else the newest.
fakes::CoreRules own_core_rules(const Target& target) {
  if (!target.core_rules.empty()) {
    const auto given = fakes::CoreRules::parse(target.core_rules, {});
    if (const auto* rules = std::get_if<fakes::CoreRules>(&given)) return *rules;
  }
  for (const char* folder : {"/src/", "/"}) {
    const auto text = [&](const char* name) {
      const auto read = read_text_file(target.source_dir + folder + name);
      const auto* found = std::get_if<std::string>(&read);
      return found == nullptr ? std::string() : *found;
    };
    const auto rules =
        fakes::CoreRules::of_sources({text("ice.c"), text("ice.h"), text("janus.c")});
    if (rules) return *rules;
  }
  return fakes::CoreRules::of_version(target.version).value_or(fakes::CoreRules{});
}

}  // namespace

SubjectResult make_sip_subject(const CompiledScenario& scenario, const Target& target) {
  if (const auto error = fakes::FakeWorld::check(scenario.script)) return *error;
  void* handle = ::dlopen(target.so_path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return fmt::format("cannot load the plugin: {}", ::dlerror());
  using Adapter = const onhook_plugin_ops*();
  const auto adapter = reinterpret_cast<Adapter*>(::dlsym(handle, "onhook_adapter"));
  if (adapter == nullptr) return fmt::format("{} has no adapter", target.so_path);
  const onhook_plugin_ops* plugin = adapter();
  if (plugin == nullptr || plugin->abi != ONHOOK_PLUGIN_ABI) {
    return fmt::format("{} was built for another onhook: build it again", target.so_path);
  }
  const fakes::CoreRules own = own_core_rules(target);
  const auto rules = target.other_core_rules.empty()
                         ? std::variant<fakes::CoreRules, std::string>(own)
                         : fakes::CoreRules::parse(target.other_core_rules, own);
  if (const auto* error = std::get_if<std::string>(&rules)) return *error;
  return std::make_unique<SipSubject>(scenario, target, *plugin, std::get<fakes::CoreRules>(rules));
}

}  // namespace onhook
