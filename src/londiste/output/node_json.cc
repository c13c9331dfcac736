#include "londiste/output/node_json.h"

#include <algorithm>

#include "londiste/output/copy_json.h"
#include "londiste/output/json.h"

namespace londiste::output {
namespace {

Json Seconds(const std::optional<std::chrono::seconds>& duration) {
  return duration ? Json(duration->count()) : Json(nullptr);
}

Json Tick(const std::optional<pgq::TickId>& tick) {
  return tick ? Json(tick->value()) : Json(nullptr);
}

// Of a node that was not asked only what others know of it is not null.
Json StatusOf(const NodeStatus& node) {
  const bool asked = !node.type.empty();
  Json json = {{"node_name", node.name},
               {"node_type", TextOrNull(node.type)},
               {"service", TextOrNull(node.service)},
               {"provider_node", OrNull(node.provider)},
               {"dead", node.dead},
               {"failure", TextOrNull(node.failure)},
               {"lag_seconds", Seconds(node.lag)},
               {"tick_id", OrNull(node.tick)},
               {"paused", asked ? Json(node.paused) : Json(nullptr)},
               {"uptodate", asked ? Json(node.uptodate) : Json(nullptr)}};
  json["tables"] = nullptr;
  if (asked) {
    json["tables"] = {{"in_sync", node.tables_ok},
                      {"not_in_sync", node.tables_not_ok},
                      {"elsewhere", node.tables_elsewhere}};
  }
  json["copies"] = ListOf(node.copies, CopyJson);
  json["attrs"] = Json::object();
  for (const auto& [key, value] : node.attrs) json["attrs"][key] = value;
  json["errors"] = ListOf(node.errors, [](const auto& error) {
    return Json{{"consumer_name", error.first}, {"message", error.second}};
  });
  json["conditions"] = ListOf(node.conditions, ConditionJson);
  return json;
}

}  // namespace

std::string StatusJson(const std::string& queue, const std::string& local_node,
                       const std::vector<NodeStatus>& nodes) {
  std::vector<const NodeStatus*> by_name;
  for (const NodeStatus& node : nodes) by_name.push_back(&node);
  std::ranges::sort(by_name, {}, [](const NodeStatus* node) { return node->name; });
  return JsonText(
      {{"queue_name", queue},
       {"local_node", local_node},
       {"nodes", ListOf(by_name, [](const NodeStatus* node) { return StatusOf(*node); })}});
}

std::string NodeStatusJson(const std::string& queue, const NodeStatus& node) {
  Json json = {{"queue_name", queue}};
  json.update(StatusOf(node));
  return JsonText(json);
}

std::string MembersJson(const std::string& queue, const std::string& local_node,
                        const std::vector<cascade::Location>& members) {
  return JsonText({{"queue_name", queue},
                   {"local_node", local_node},
                   {"members", ListOf(members, [](const cascade::Location& member) {
                      return Json{{"node_name", member.node},
                                  {"dead", member.dead},
                                  {"node_location", ConnstrOrNull(member.connstr)}};
                    })}});
}

std::string NodeInfoJson(const cascade::NodeInfo& node, const cascade::Location* self,
                         const std::string& local_connstr) {
  const bool root = node.type == cascade::NodeType::kRoot;
  Json json = {{"queue_name", node.queue},
               {"node_name", node.name},
               {"node_type", cascade::ToString(node.type)},
               {"dead", self != nullptr && self->dead},
               {"worker_name", node.worker_name},
               {"paused", node.worker_paused},
               {"uptodate", node.worker_uptodate},
               {"tick_id", Tick(node.worker_last_tick)},
               {"global_watermark", Tick(node.global_watermark)},
               {"local_watermark", Tick(node.local_watermark)},
               {"provider_node", root ? Json(nullptr) : TextOrNull(node.provider_node)},
               {"local_connstr", ConnstrOrNull(local_connstr)},
               {"public_connstr", ConnstrOrNull(self == nullptr ? "" : self->connstr)},
               {"provider_connstr", root ? Json(nullptr) : ConnstrOrNull(node.provider_location)},
               {"combined_queue", OrNull(node.combined_queue)},
               {"combined_type", OrNull(node.combined_type)}};
  json["attrs"] = Json::object();
  for (const auto& [key, value] : node.attrs) json["attrs"][key] = OrNull(value);
  return JsonText(json);
}

}  // namespace londiste::output
