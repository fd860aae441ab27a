// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/wire.h"

#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/base/check.h"
#include "harness/base/strings.h"
#include "harness/report/explanation_json.h"
#include "harness/report/judgement_json.h"
#include "harness/report/lock_record_json.h"

namespace onhook {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kPrefix = 4;
// No trace comes near this; a longer message is a broken one.
constexpr std::uint32_t kMaxMessage = 1u << 30;

// Trace: words are sent once and named by their place. String ids differ between processes.
Json to_json(const Trace& trace) {
  Json lanes = Json::array(), words = Json::array(), facts = Json::array();
  for (const Lane& lane : trace.lanes) lanes.push_back({lane.name, lane.role});
  std::map<StringId, std::size_t> places;
  const auto place_of = [&](StringId id) {
    const auto [it, fresh] = places.emplace(id, words.size());
    if (fresh) words.push_back(std::string(text_of(id)));
    return it->second;
  };
  for (const Fact& f : trace.facts) {
    facts.push_back(Json::array(
        {f.step, f.thread, f.time, place_of(f.actor), place_of(f.verb), place_of(f.detail)}));
  }
  return {{"lanes", std::move(lanes)}, {"words", std::move(words)}, {"facts", std::move(facts)}};
}

Trace trace_from(const Json& json) {
  Trace trace;
  for (const Json& lane : json.at("lanes")) trace.lanes.push_back({lane.at(0), lane.at(1)});
  std::vector<StringId> ids;
  for (const Json& word : json.at("words")) ids.push_back(intern(word.get<std::string>()));
  for (const Json& f : json.at("facts")) {
    Fact fact;
    fact.step = f.at(0);
    fact.thread = f.at(1);
    fact.time = f.at(2);
    fact.actor = ids.at(f.at(3));
    fact.verb = ids.at(f.at(4));
    fact.detail = ids.at(f.at(5));
    if (fact.thread >= trace.lanes.size()) throw std::out_of_range("a fact without a lane");
    trace.facts.push_back(fact);
  }
  return trace;
}

Json to_json(const Violation& v) {
  return {{"law", v.law},
          {"message", v.message},
          {"fact", v.fact},
          {"trace", to_json(v.trace)},
          {"schedule", v.schedule},
          {"order", v.order},
          {"explanation", explanation_to_json(v.explanation)},
          {"judgement", v.judgement ? judgement_to_json(*v.judgement) : Json()}};
}

Violation violation_from(const Json& json) {
  Violation out{json.at("law"),
                json.at("message"),
                json.at("fact"),
                trace_from(json.at("trace")),
                json.at("schedule"),
                json.at("order"),
                kForever,
                explanation_from_json(json.at("explanation"))};
  if (const Json& judgement = json.at("judgement"); !judgement.is_null()) {
    out.judgement = judgement_from_json(judgement);
  }
  return out;
}

Json to_json(const OrderResult& o) {
  Json views = Json::array();
  for (const ViewCount& one : o.views) views.push_back(Json::array({one.view, one.executions}));
  return Json::array({o.events, static_cast<int>(o.outcome), o.why, o.executions, o.came, o.held,
                      o.search, std::move(views)});
}

template <typename Enum>
Enum enum_from(const Json& json, Enum last) {
  const int value = json;
  if (value < 0 || value > static_cast<int>(last)) throw std::out_of_range("an unknown value");
  return static_cast<Enum>(value);
}

OrderResult order_from(const Json& json) {
  OrderResult out{json.at(0), enum_from(json.at(1), OrderOutcome::not_reached),
                  json.at(2), json.at(3),
                  json.at(4), json.at(5),
                  json.at(6)};
  for (const Json& one : json.at(7)) out.views.push_back({one.at(0), one.at(1)});
  return out;
}

Json json_of(const std::optional<std::uint32_t>& bound) { return bound ? Json(*bound) : Json(); }

std::optional<std::uint32_t> bound_from(const Json& json) {
  return json.is_null() ? std::nullopt : std::optional(json.get<std::uint32_t>());
}

Json to_json(const RunResult& r) {
  Json violations = Json::array(), orders = Json::array();
  for (const Violation& v : r.violations) violations.push_back(to_json(v));
  for (const OrderResult& o : r.orders) orders.push_back(to_json(o));
  return {{"kind", "result"},
          {"scenario", r.scenario},
          {"target", r.target},
          {"verdict", static_cast<int>(r.verdict)},
          {"violations", std::move(violations)},
          {"orders", std::move(orders)},
          {"executions", r.executions},
          {"complete", r.complete},
          {"bound", r.bound},
          {"max_steps", json_of(r.bounds.steps)},
          {"max_timeouts", json_of(r.bounds.timeouts)},
          {"hits", Json::array({r.hits.steps, r.hits.timeouts})},
          {"seconds", r.seconds},
          {"schedule", r.schedule},
          {"fault", r.fault},
          {"part", Json::array({r.part.index, r.part.count})},
          {"search", r.search},
          {"inputs", r.inputs},
          {"interrupted", r.interrupted},
          {"digest", r.digest ? Json(*r.digest) : Json()},
          {"suppressed", r.suppressed},
          {"lock_record", lock_record_to_json(r.lock_record)}};
}

RunResult result_from(const Json& json) {
  RunResult r;
  r.scenario = json.at("scenario");
  r.target = json.at("target");
  r.verdict = enum_from(json.at("verdict"), Verdict::harness_fault);
  for (const Json& v : json.at("violations")) r.violations.push_back(violation_from(v));
  for (const Json& o : json.at("orders")) r.orders.push_back(order_from(o));
  r.executions = json.at("executions");
  r.complete = json.at("complete");
  r.bound = json.at("bound");
  r.bounds = {bound_from(json.at("max_steps")), bound_from(json.at("max_timeouts"))};
  r.hits = {json.at("hits").at(0), json.at("hits").at(1)};
  r.seconds = json.at("seconds");
  r.schedule = json.at("schedule");
  r.fault = json.at("fault");
  r.part = {json.at("part").at(0), json.at("part").at(1)};
  if (r.part.index >= r.part.count) throw std::out_of_range("an unknown part");
  r.search = json.at("search");
  r.inputs = json.at("inputs");
  r.interrupted = json.at("interrupted");
  if (const Json& digest = json.at("digest"); !digest.is_null()) r.digest = digest;
  r.suppressed = json.at("suppressed").get<std::vector<std::uint64_t>>();
  r.lock_record = lock_record_from_json(json.at("lock_record"));
  return r;
}

struct ToJson {
  Json operator()(const Progress& p) const {
    return {{"kind", "progress"},
            {"phase", static_cast<int>(p.phase)},
            {"executions", p.executions},
            {"order", p.order}};
  }
  Json operator()(const FoundViolation& f) const {
    return {{"kind", "violation"}, {"violation", to_json(f.violation)}, {"schedule", f.schedule}};
  }
  Json operator()(const Position& p) const {
    return {{"kind", "position"}, {"state", Json::binary({p.state.begin(), p.state.end()})}};
  }
  Json operator()(const RunResult& r) const { return to_json(r); }
};

CellMessage message_from(const Json& json) {
  const std::string kind = json.at("kind");
  if (kind == "progress") {
    return Progress{enum_from(json.at("phase"), Phase::exploring), json.at("executions"),
                    json.at("order")};
  }
  if (kind == "violation") {
    return FoundViolation{violation_from(json.at("violation")), json.at("schedule")};
  }
  if (kind == "position") {
    const auto& bytes = json.at("state").get_binary();
    return Position{{bytes.begin(), bytes.end()}};
  }
  if (kind == "result") return result_from(json);
  throw std::out_of_range("an unknown kind of message");
}

}  // namespace

std::string to_wire(const CellMessage& message) {
  std::string body;
  Json::to_cbor(std::visit(ToJson{}, message), body);
  ONHOOK_CHECK(body.size() <= kMaxMessage, "a message of a cell is too long");
  std::string out;
  for (std::size_t i = 0; i < kPrefix; ++i) out += static_cast<char>(body.size() >> (8 * i));
  return out + body;
}

std::optional<CellMessage> WireReader::next() {
  if (broken_ || buffer_.size() < kPrefix) return std::nullopt;
  std::uint32_t length = 0;
  for (std::size_t i = 0; i < kPrefix; ++i) {
    length |= static_cast<std::uint32_t>(static_cast<unsigned char>(buffer_[i])) << (8 * i);
  }
  if (length > kMaxMessage) {
    broken_ = true;
    return std::nullopt;
  }
  if (buffer_.size() < kPrefix + length) return std::nullopt;
  try {
    const std::string_view body = std::string_view(buffer_).substr(kPrefix, length);
    CellMessage message = message_from(Json::from_cbor(body.begin(), body.end()));
    buffer_.erase(0, kPrefix + length);
    return message;
  } catch (const std::exception&) {  // Json::exception is one
    broken_ = true;
    return std::nullopt;
  }
}

}  // namespace onhook
