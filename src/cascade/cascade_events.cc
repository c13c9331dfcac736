#include "cascade/cascade_events.h"

#include "base/error.h"
#include "base/text.h"
#include "cascade/node_duties.h"

namespace cascade {
namespace {

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

void Accept(const Answer& answer) {
  if (answer.failed()) throw UnusableEvent(answer.note);
}

std::string UnregisterLocation(pqxx::transaction_base& tx, const NodeInfo& node,
                               const pgq::Event& event) {
  // The node's own location, or that of its provider. Whoever dropped them elsewhere, this node
  // keeps replicating while it can.
  constexpr int kRefused = 403;
  const Answer answer = Call(tx, "select * from pgq_node.unregister_location($1, $2)", node.queue,
                             std::string(event.data_or_empty()));
  if (answer.code == kRefused) return answer.note;
  Accept(answer);
  return "";
}

std::string RegisterLocation(pqxx::transaction_base& tx, const NodeInfo& node,
                             const pgq::Event& event) {
  const std::string name(event.data_or_empty());
  if (name.empty()) throw UnusableEvent("it names no node");
  const std::string location(event.extra2.value_or(""));
  const bool dead = event.extra3.value_or("") == "true";
  Accept(Call(tx, "select * from pgq_node.register_location($1, $2, $3, $4)", node.queue, name,
              event.extra2 ? location.c_str() : nullptr, dead));
  return "";
}

}  // namespace

bool IsGlobalWatermark(const pgq::Event& event) {
  return event.type_or_empty() == "pgq.global-watermark";
}

pgq::TickId TickOf(const pgq::Event& event) {
  const std::string_view text = event.data_or_empty();
  const auto tick = base::ParseWhole<std::int64_t>(text);
  if (!tick) throw UnusableEvent(Quoted(text) + " is not a tick");
  return pgq::TickId(*tick);
}

bool IsCascadeEvent(const pgq::Event& event) { return event.type_or_empty().starts_with("pgq."); }

std::string ApplyCascadeEvent(pqxx::transaction_base& tx, const NodeInfo& node,
                              const pgq::Event& event) {
  const std::string_view type = event.type_or_empty();
  if (type == kTickIdEvent) {
    if (event.extra1_or_empty() == node.queue)
      throw UnusableEvent("it reports a tick of this queue to the queue itself");
    const pgq::TickId tick = TickOf(event);
    if (node.type == NodeType::kBranch)
      Accept(Call(tx, "select * from pgq_node.set_partition_watermark($1, $2, $3)", node.queue,
                  std::string(event.extra1_or_empty()), tick.value()));
    return "";
  }
  if (type != "pgq.location-info" && type != "pgq.unregister-location" && !IsGlobalWatermark(event))
    throw UnusableEvent("this version does not know this type of event");
  if (event.extra1_or_empty() != node.queue)
    throw UnusableEvent("it is about queue " + Quoted(event.extra1_or_empty()));

  if (type == "pgq.location-info") return RegisterLocation(tx, node, event);
  if (type == "pgq.unregister-location") return UnregisterLocation(tx, node, event);
  const pgq::TickId tick = TickOf(event);
  if (node.type == NodeType::kBranch && !HasOwnWatermark(node))
    Accept(
        Call(tx, "select * from pgq_node.set_global_watermark($1, $2)", node.queue, tick.value()));
  return "";
}

}  // namespace cascade
