#include "cascade/cascade_events.h"

#include <charconv>

#include "base/error.h"

namespace cascade {
namespace {

std::string Quoted(const pgq::Event& event) {
  return "id=" + ToString(event.id) + " type=" + std::string(event.type_or_empty()) +
         " data=" + std::string(event.data_or_empty()) +
         " extra1=" + std::string(event.extra1_or_empty());
}

std::int64_t TickOf(const pgq::Event& event) {
  const std::string_view text = event.data_or_empty();
  std::int64_t tick = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), tick);
  if (error != std::errc() || end != text.data() + text.size() || text.empty())
    throw base::Error("bad event in queue: " + Quoted(event));
  return tick;
}

// An answer that stops replication only when there is no way to go on.
std::string Tolerated(const Answer& answer, int tolerated_code) {
  if (answer.code == tolerated_code) return answer.note;
  Require(answer);
  return "";
}

std::string RegisterLocation(pqxx::transaction_base& tx, const NodeInfo& node,
                             const pgq::Event& event) {
  const std::string name(event.data_or_empty());
  const std::string location(event.extra2.value_or(""));
  const bool dead = event.extra3.value_or("") == "true";
  Require(Call(tx, "select * from pgq_node.register_location($1, $2, $3, $4)", node.queue, name,
               event.extra2 ? location.c_str() : nullptr, dead));
  return "";
}

}  // namespace

bool IsCascadeEvent(const pgq::Event& event) { return event.type_or_empty().starts_with("pgq."); }

std::string ApplyCascadeEvent(pqxx::transaction_base& tx, const NodeInfo& node,
                              const pgq::Event& event) {
  const std::string_view type = event.type_or_empty();
  if (type == "pgq.tick-id") {
    if (event.extra1_or_empty() == node.queue) throw base::Error("tick-id event for own queue?");
    if (node.type == NodeType::kBranch)
      Require(Call(tx, "select * from pgq_node.set_partition_watermark($1, $2, $3)", node.queue,
                   std::string(event.extra1_or_empty()), TickOf(event)));
    return "";
  }
  if (type != "pgq.location-info" && type != "pgq.unregister-location" &&
      type != "pgq.global-watermark")
    throw base::Error("unknown cascade event: " + std::string(type));
  if (event.extra1_or_empty() != node.queue)
    throw base::Error("bad event in queue: " + Quoted(event));

  if (type == "pgq.location-info") return RegisterLocation(tx, node, event);
  if (type == "pgq.unregister-location")
    // 403: the node's own location or that of its provider. Whoever dropped them elsewhere, this
    // node keeps replicating while it can.
    return Tolerated(Call(tx, "select * from pgq_node.unregister_location($1, $2)", node.queue,
                          std::string(event.data_or_empty())),
                     403);
  if (node.type == NodeType::kBranch)
    Require(
        Call(tx, "select * from pgq_node.set_global_watermark($1, $2)", node.queue, TickOf(event)));
  return "";
}

}  // namespace cascade
