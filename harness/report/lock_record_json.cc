// SPDX-License-Identifier: GPL-3.0-or-later
#include "harness/report/lock_record_json.h"

#include <stdexcept>

#include "harness/report/judgement_json.h"

namespace onhook {
namespace {

using Json = nlohmann::json;

Json lock_to_json(const RecordedLock& lock) {
  return {{"id", lock.id}, {"name", lock.name}, {"shared", lock.is_shared}};
}

RecordedLock lock_from_json(const Json& json) {
  return {json.at("id"), json.at("name"), json.at("shared")};
}

Json edge_to_json(const RecordedEdge& edge) {
  Json gates = Json::array();
  for (const RecordedLock& gate : edge.gates) gates.push_back(lock_to_json(gate));
  return {{"thread", edge.thread},
          {"held", lock_to_json(edge.held)},
          {"wanted", lock_to_json(edge.wanted)},
          {"gates", std::move(gates)},
          {"object", edge.object},
          {"object_detail", edge.object_detail},
          {"address", edge.address},
          {"locks", deed_to_json(edge.locks)},
          {"then_locks", deed_to_json(edge.then_locks)},
          {"run", edge.run},
          {"apart", edge.apart},
          {"met", edge.met}};
}

RecordedEdge edge_from_json(const Json& json) {
  RecordedEdge out;
  out.thread = json.at("thread");
  out.held = lock_from_json(json.at("held"));
  out.wanted = lock_from_json(json.at("wanted"));
  for (const Json& gate : json.at("gates")) out.gates.push_back(lock_from_json(gate));
  out.object = json.at("object");
  out.object_detail = json.at("object_detail");
  out.address = json.at("address");
  out.locks = deed_from_json(json.at("locks"));
  out.then_locks = deed_from_json(json.at("then_locks"));
  out.run = json.at("run");
  out.apart = json.at("apart").get<std::set<std::uint64_t>>();
  out.met = json.at("met").get<std::set<std::uint64_t>>();
  return out;
}

}  // namespace

Json lock_record_to_json(const LockRecord& record) {
  Json edges = Json::array(), runs = Json::array();
  for (const RecordedEdge& edge : record.edges) edges.push_back(edge_to_json(edge));
  for (const RecordedRun& run : record.runs) {
    Json lanes = Json::array();
    for (const Lane& lane : run.lanes) lanes.push_back({lane.name, lane.role});
    runs.push_back({{"schedule", run.schedule}, {"lanes", std::move(lanes)}});
  }
  return {{"edges", std::move(edges)},
          {"runs", std::move(runs)},
          {"together", record.together},
          {"at_once", record.at_once},
          {"files", record.files}};
}

LockRecord lock_record_from_json(const Json& json) {
  LockRecord out;
  for (const Json& edge : json.at("edges")) out.edges.push_back(edge_from_json(edge));
  for (const Json& run : json.at("runs")) {
    RecordedRun one{run.at("schedule"), {}};
    for (const Json& lane : run.at("lanes")) one.lanes.push_back({lane.at(0), lane.at(1)});
    out.runs.push_back(std::move(one));
  }
  out.together = json.at("together").get<std::set<LockRecord::Pair>>();
  out.at_once = json.at("at_once").get<std::set<LockRecord::Pair>>();
  out.files = json.at("files");
  for (const RecordedEdge& edge : out.edges) {
    if (edge.run >= out.runs.size()) throw std::out_of_range("an edge of no execution");
  }
  for (const auto* pairs : {&out.together, &out.at_once}) {
    for (const auto& [a, b] : *pairs) {
      if (a >= b || b >= out.edges.size()) throw std::out_of_range("a pair of no edges");
    }
  }
  return out;
}

}  // namespace onhook
