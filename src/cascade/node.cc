#include "cascade/node.h"

#include <algorithm>

#include "base/error.h"
#include "pg/text_array.h"
#include "pgq/urlencode.h"

namespace cascade {
namespace {

constexpr const char* kNodeInfo = "select * from pgq_node.get_node_info($1)";
constexpr const char* kConsumerState = "select * from pgq_node.get_consumer_state($1, $2)";

NodeType ParseNodeType(const std::string& text) {
  if (text == "root") return NodeType::kRoot;
  if (text == "branch") return NodeType::kBranch;
  if (text == "leaf") return NodeType::kLeaf;
  throw base::Error("unknown node type \"" + text + "\"");
}

// Columns by name: older versions of pgq_node lack some, and these count as NULL.
class Columns {
 public:
  explicit Columns(const pqxx::row& row) : row_(row) {
    for (pqxx::row::size_type i = 0; i < row_.size(); ++i) names_.emplace(row_[i].name(), i);
  }
  std::optional<std::string> Text(const std::string& name) const {
    const auto found = names_.find(name);
    if (found == names_.end() || row_[found->second].is_null()) return std::nullopt;
    return std::string(row_[found->second].c_str(), row_[found->second].size());
  }
  std::optional<pgq::TickId> Tick(const std::string& name) const {
    const auto text = Text(name);
    return text ? std::optional(pgq::TickId(std::stoll(*text))) : std::nullopt;
  }
  bool Flag(const std::string& name) const { return Text(name) == "t"; }

 private:
  pqxx::row row_;
  std::map<std::string, pqxx::row::size_type> names_;
};

NodeInfo ParseNodeInfo(const std::string& queue, const pqxx::row& row) {
  const Columns columns(row);
  NodeInfo node;
  node.queue = queue;
  node.type = ParseNodeType(columns.Text("node_type").value_or(""));
  node.name = columns.Text("node_name").value_or("");
  node.global_watermark = columns.Tick("global_watermark");
  node.local_watermark = columns.Tick("local_watermark");
  node.provider_node = columns.Text("provider_node").value_or("");
  node.provider_location = columns.Text("provider_location").value_or("");
  node.combined_queue = columns.Text("combined_queue");
  node.combined_type = columns.Text("combined_type");
  node.worker_name = columns.Text("worker_name").value_or("");
  node.worker_paused = columns.Flag("worker_paused");
  node.worker_uptodate = columns.Flag("worker_uptodate");
  node.worker_last_tick = columns.Tick("worker_last_tick");
  for (const pgq::Field& field : pgq::DecodeRow(columns.Text("node_attrs").value_or("")))
    node.attrs.emplace(field.name, field.value);
  if (const auto targets = columns.Text("target_for"))
    node.target_for = pg::ParseTextArray(*targets);
  return node;
}

std::optional<NodeInfo> NodeInfoOf(const std::string& queue, const Answer& answer) {
  if (answer.code == 404) return std::nullopt;
  return ParseNodeInfo(queue, Require(answer).row);
}

ConsumerState ConsumerStateOf(const Answer& answer) {
  const Columns columns(Require(answer).row);
  ConsumerState state;
  state.node_type = ParseNodeType(columns.Text("node_type").value_or(""));
  state.node_name = columns.Text("node_name").value_or("");
  state.completed_tick = columns.Tick("completed_tick");
  state.provider_node = columns.Text("provider_node").value_or("");
  state.provider_location = columns.Text("provider_location").value_or("");
  state.paused = columns.Flag("paused");
  state.uptodate = columns.Flag("uptodate");
  state.error = columns.Text("cur_error");
  return state;
}

}  // namespace

std::string ToString(NodeType type) {
  switch (type) {
    case NodeType::kRoot:
      return "root";
    case NodeType::kBranch:
      return "branch";
    case NodeType::kLeaf:
      break;
  }
  return "leaf";
}

Answer AnswerOf(const pqxx::row& row) {
  return {row["ret_code"].as<int>(),
          row["ret_note"].is_null() ? "" : row["ret_note"].as<std::string>(), row};
}

const Answer& Require(const Answer& answer) {
  if (answer.failed()) throw base::Error(answer.note);
  return answer;
}

std::optional<NodeInfo> GetNodeInfo(pqxx::transaction_base& tx, const std::string& queue) {
  // A database without the schema must not fail the caller's transaction.
  if (tx.exec1("select to_regproc('pgq_node.get_node_info')")[0].is_null()) return std::nullopt;
  return NodeInfoOf(queue, Call(tx, kNodeInfo, queue));
}

std::optional<NodeInfo> GetNodeInfoAgain(pqxx::transaction_base& tx, const std::string& queue) {
  return NodeInfoOf(queue, CallPrepared(tx, "node_info", kNodeInfo, queue));
}

ConsumerState GetConsumerState(pqxx::transaction_base& tx, const std::string& queue,
                               const std::string& consumer) {
  return ConsumerStateOf(Call(tx, kConsumerState, queue, consumer));
}

ConsumerState GetConsumerStateAgain(pqxx::transaction_base& tx, const std::string& queue,
                                    const std::string& consumer) {
  return ConsumerStateOf(CallPrepared(tx, "consumer_state", kConsumerState, queue, consumer));
}

std::vector<Location> GetLocations(pqxx::transaction_base& tx, const std::string& queue) {
  std::vector<Location> locations;
  for (const pqxx::row& row : tx.exec_params("select node_name, node_location, dead from "
                                             "pgq_node.get_queue_locations($1) order by node_name",
                                             queue))
    locations.push_back({row[0].c_str(), row[1].c_str(), row[2].as<bool>()});
  return locations;
}

}  // namespace cascade
