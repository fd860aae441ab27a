// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/explore/checkpoint.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "harness/base/check.h"
#include "harness/report/wire.h"

namespace onhook {
namespace {

using Json = nlohmann::json;

Json binary(const std::string& bytes) { return Json::binary({bytes.begin(), bytes.end()}); }

std::string bytes_of(const Json& json) {
  const auto& bytes = json.get_binary();
  return {bytes.begin(), bytes.end()};
}

Json to_json(const OrderPosition& at) {
  return {{"executions", at.result.executions},
          {"tried", at.tried},
          {"held", at.held},
          {"cuts", at.cuts},
          {"hits", Json::array({at.hits.steps, at.hits.timeouts})},
          {"happened", at.happened},
          {"violated", at.violated},
          {"digest", at.digest},
          {"seconds", at.seconds},
          {"most_executions", at.most_executions},
          {"most_seconds", at.most_seconds},
          {"strategy", at.strategy},
          {"strategy_state", binary(at.strategy_state)}};
}

OrderPosition position_from(const Json& json) {
  OrderPosition at;
  at.result.executions = json.at("executions");
  at.tried = json.at("tried");
  at.held = json.at("held");
  at.cuts = json.at("cuts");
  at.hits = {json.at("hits").at(0), json.at("hits").at(1)};
  at.happened = json.at("happened");
  at.violated = json.at("violated");
  at.digest = json.at("digest");
  at.seconds = json.at("seconds");
  at.most_executions = json.at("most_executions");
  at.most_seconds = json.at("most_seconds");
  at.strategy = json.at("strategy");
  at.strategy_state = bytes_of(json.at("strategy_state"));
  return at;
}

}  // namespace

std::string to_bytes(const Checkpoint& checkpoint) {
  Json json = {{"fingerprint", checkpoint.fingerprint},
               {"so_far", binary(to_wire(checkpoint.so_far))},
               {"points", checkpoint.points}};
  if (checkpoint.in_work) json["in_work"] = to_json(*checkpoint.in_work);
  std::string out;
  Json::to_cbor(json, out);
  return out;
}

std::optional<Checkpoint> parse_checkpoint(std::string_view bytes) {
  try {
    const Json json = Json::from_cbor(bytes.begin(), bytes.end());
    Checkpoint out;
    out.fingerprint = json.at("fingerprint");
    WireReader reader;
    reader.append(bytes_of(json.at("so_far")));
    auto message = reader.next();
    if (!message || !std::holds_alternative<RunResult>(*message)) return std::nullopt;
    out.so_far = std::move(std::get<RunResult>(*message));
    out.points = json.at("points").get<std::vector<std::string>>();
    if (json.contains("in_work")) out.in_work = position_from(json.at("in_work"));
    return out;
  } catch (const std::exception&) {  // Json::exception is one
    return std::nullopt;
  }
}

Resumption resumption_of(const Checkpoint& checkpoint) {
  ONHOOK_CHECK(checkpoint.in_work, "a final checkpoint has nothing left to explore");
  const RunResult& so_far = checkpoint.so_far;
  Resumption out;
  out.done.orders = so_far.orders;
  for (const OrderResult& order : so_far.orders) out.done.executions += order.executions;
  out.done.complete = so_far.complete;
  out.done.bound = so_far.bound;
  out.done.hits = so_far.hits;
  out.done.digest = so_far.digest.value_or(0);
  for (const Violation& violation : so_far.violations)
    out.done.found.push_back({violation, {}, {}, {}});
  out.in_work = *checkpoint.in_work;
  out.seconds = so_far.seconds;
  return out;
}

std::string engine_fingerprint() {
  struct stat info {};
  if (::stat("/proc/self/exe", &info) != 0) return "unknown";
  return fmt::format("{} bytes of {}.{:09}", info.st_size, info.st_mtim.tv_sec,
                     info.st_mtim.tv_nsec);
}

}  // namespace onhook
