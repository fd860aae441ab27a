// SPDX-License-Identifier: GPL-3.0-or-later
#include "e2e/play.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "e2e/failure.h"
#include "e2e/log_facts.h"
#include "e2e/main_loop.h"
#include "e2e/phone.h"
#include "e2e/recorder.h"
#include "e2e/web_client.h"
#include "fakes/vocabulary.h"
#include "harness/base/strings.h"
#include "harness/scenario/events_seen.h"

namespace onhook::e2e {
namespace {

namespace verb = fakes::verb;
constexpr TimeNs kMillisecond = 1'000'000;
constexpr TimeNs kSecond = 1000 * kMillisecond;
constexpr TimeNs kPatience = 30 * kSecond;
constexpr TimeNs kPacket = 20 * kMillisecond;
/// Nothing has happened for so long: nothing will.
constexpr TimeNs kSilence = 2 * kSecond;

const std::string& actor_of(const fakes::Script& script, fakes::ActorKind kind) {
  return std::ranges::find(script.actors, kind, &fakes::ActorSpec::kind)->name;
}

class Stage {
 public:
  Stage(const CompiledScenario& scenario, const ServerFiles& files, Latencies latencies,
        PlayOptions options)
      : script_(scenario.script),
        settles_(scenario.settles),
        latencies_(latencies),
        options_(options),
        server_(files, [this](std::string_view line) { read_log(line); }),
        phone_(actor_of(script_, fakes::ActorKind::sip_peer), recorder_),
        client_(actor_of(script_, fakes::ActorKind::browser), server_.socket_path(), recorder_,
                directory_) {
    log_.know_handle(client_.handle(), client_.name());
    directory_.uris[phone_.name()] = phone_.uri();
    directory_.default_peer = phone_.name();
  }

  void establish();
  void race();
  const Recorder& recorder() const { return recorder_; }

 private:
  struct Due {
    TimeNs at;
    fakes::Instruction what;
  };

  void read_log(std::string_view line) {
    for (const LogFact& fact : log_.read(line)) {
      if (fact.verb == verb::kStarts) recorder_.new_thread(fact.lane, fact.role);
      recorder_.record(fact.lane, fact.role, fact.actor, fact.verb, fact.detail);
    }
  }
  void wait_for(const std::function<bool()>& done, std::string_view what);
  void let_media_flow();
  void send_packets();
  void react(const std::string& event);
  Phone::Answer answer(std::string_view method);
  void perform(const std::string& actor, const std::string& verb, const std::string& object,
               const std::map<std::string, std::string>& attributes);
  bool play_next(std::vector<Due>& due, TimeNs begin);

  const fakes::Script& script_;
  const TimeNs settles_;
  Latencies latencies_;
  const PlayOptions options_;
  Recorder recorder_;
  LogReader log_;
  fakes::Directory directory_;
  JanusServer server_;
  Phone phone_;
  WebClient client_;
  int reactions_pending_ = 0;
  bool racing_ = false;
  bool media_flows_ = false;
  Timers timers_;  // the first to go
};

void Stage::wait_for(const std::function<bool()>& done, std::string_view what) {
  const auto settled = [&] { return done() || !client_.last_error().empty(); };
  wait_until(settled, kPatience,
             fmt::format("{} (the client's last event is '{}')", what, client_.last_event()));
  if (!client_.last_error().empty())
    throw Failure("{}: the server says \"{}\"", what, client_.last_error());
}

void Stage::establish() {
  const bool calls_out = script_.given[0].from == client_.name();
  // The phone is the registrar where it has to learn how to reach the client.
  client_.request("register",
                  calls_out ? WebClient::Attributes{}
                            : WebClient::Attributes{{"type", ""},
                                                    {"username", phone_.uri_of(client_.name())},
                                                    {"proxy", phone_.uri_of("")},
                                                    {"secret", "secret"}});
  wait_for([&] { return client_.times_received("registered") > 0; }, "registering the client");
  if (calls_out) {
    client_.request("call", {{"to", phone_.name()}});
  } else {
    phone_.call_registered();
    wait_for([&] { return client_.times_received("incomingcall") > 0; }, "the call to come in");
    client_.request("accept", {});
  }
  wait_for([&] { return phone_.in_call() && client_.times_received("accepted") > 0; },
           "the call to be answered");
  wait_for([&] { return client_.media_is_up(); }, "the PeerConnection to come up");
  if (std::ranges::count(script_.given[0].options, "media flowing") > 0) let_media_flow();
  pass(100 * kMillisecond);
}

void Stage::let_media_flow() {
  media_flows_ = true;
  send_packets();
  wait_for([&] { return client_.packets_heard() > 0 && phone_.packets_heard() > 0; },
           "media to flow both ways");
  media_flows_ = options_.media_goes_on;
}

void Stage::send_packets() {
  if (!media_flows_) return;
  client_.send_rtp();
  phone_.send_rtp();
  timers_.after(kPacket, [this] { send_packets(); });
}

// The race
// -----------------------------------------------------------------------------------------------

Phone::Answer Stage::answer(std::string_view method) {
  if (!racing_) return {};
  for (const fakes::Reaction& reaction : script_.reactions)
    if (reaction.actor == phone_.name() && reaction.trigger == method)
      return {reaction.verb == "ignores" ? 0 : std::stoi(reaction.object),
              latencies_.draw(reaction.window)};
  return {};
}

void Stage::react(const std::string& event) {
  if (!racing_) return;
  for (const fakes::Reaction& reaction : script_.reactions) {
    if (reaction.actor != client_.name() || reaction.trigger != event) continue;
    if (reaction.verb == "ignores") return;
    ++reactions_pending_;
    timers_.after(latencies_.draw(reaction.window), [this, reaction] {
      --reactions_pending_;
      perform(reaction.actor, reaction.verb, reaction.object, reaction.attributes);
    });
    return;
  }
}

void Stage::perform(const std::string& actor, const std::string& verb, const std::string& object,
                    const std::map<std::string, std::string>& attributes) {
  if (actor == phone_.name()) return phone_.end_call();
  std::string detail = object;
  for (const auto& [key, value] : attributes) detail += fmt::format(", {} {}", key, value);
  recorder_.record(actor, verb, detail);
  verb == verb::kCloses ? client_.close_pc() : client_.request(object, attributes);
}

/// False when there is none, or its time has not come.
bool Stage::play_next(std::vector<Due>& due, TimeNs begin) {
  if (due.empty()) return false;
  const bool idle = options_.skip_idle && reactions_pending_ == 0 && phone_.pending() == 0 &&
                    recorder_.silence() >= kSilence;
  if (now() - begin < due.front().at && !idle) return false;
  const fakes::Instruction next = due.front().what;
  due.erase(due.begin());
  perform(next.actor, next.verb, next.object, next.attributes);
  return true;
}

void Stage::race() {
  recorder_.begin_race();
  racing_ = true;
  phone_.set_answers([this](std::string_view method) { return answer(method); });
  client_.on_event([this](const std::string& event) { react(event); });
  std::vector<Due> due;
  for (const fakes::Instruction& i : script_.instructions)
    due.push_back({latencies_.draw(i.window), i});
  std::ranges::stable_sort(due, {}, &Due::at);
  const TimeNs begin = now();
  const auto over = [&] {
    while (play_next(due, begin)) {
    }
    if (settles_ > 0 && now() - begin >= settles_) return true;
    return due.empty() && reactions_pending_ == 0 && phone_.pending() == 0 &&
           recorder_.silence() >= kSilence;
  };
  wait_until(over, std::max(settles_, kPatience) + kPatience, "the call to be over");
  media_flows_ = false;
  recorder_.stop();
}

// What it says
// -----------------------------------------------------------------------------------------------

void read_events(const CompiledScenario& scenario, PlayResult& result) {
  const EventsSeen seen = events_seen(scenario, result.observed.trace, result.observed.race_begins);
  for (const std::size_t event : seen.missing)
    result.missing.push_back(scenario.events[event].text);
  result.order = seen.text(scenario);
  result.order_asked_for = std::ranges::any_of(
      scenario.orders, [&](const OrderCase& order) { return seen.obeys(order); });
}

std::string close_reason(const Trace& trace) {
  std::string reason;
  for (const Fact& fact : trace.facts)
    if (text_of(fact.verb) == verb::kPcCloses) reason = text_of(fact.detail);
  return reason;
}

}  // namespace

PlayResult play(const CompiledScenario& scenario, const ServerFiles& files, Latencies latencies,
                PlayOptions options) {
  const TimeNs begin = now();
  PlayResult result;
  {
    Stage stage(scenario, files, latencies, options);
    stage.establish();
    stage.race();
    result.observed.trace = stage.recorder().trace();
    result.observed.race_begins = stage.recorder().race_begins();
  }
  result.observed.scenario = scenario.name;
  result.observed.hash = scenario.hash;
  result.violations = judge(scenario, result.observed.trace);
  read_events(scenario, result);
  result.close_reason = close_reason(result.observed.trace);
  result.seconds = static_cast<double>(now() - begin) / 1e9;
  return result;
}

}  // namespace onhook::e2e
