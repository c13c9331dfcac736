// The node of a cascaded queue that lives in one database, and the state of its consumers, as
// pgq_node reports them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "pgq/ids.h"

namespace cascade {

enum class NodeType { kRoot, kBranch, kLeaf };
std::string ToString(NodeType type);  // "root", "branch", "leaf"

struct NodeInfo {  // pgq_node.get_node_info; columns that older versions lack stay empty
  std::string queue;
  NodeType type = NodeType::kRoot;
  std::string name;
  std::optional<pgq::TickId> global_watermark, local_watermark;
  std::string provider_node, provider_location;
  std::optional<std::string> combined_queue, combined_type;
  std::string worker_name;
  bool worker_paused = false, worker_uptodate = false;
  std::optional<pgq::TickId> worker_last_tick;
  std::map<std::string, std::optional<std::string>> attrs;
  std::vector<std::string> target_for;

  bool merge_leaf() const { return type == NodeType::kLeaf && combined_queue.has_value(); }
};

struct ConsumerState {  // pgq_node.get_consumer_state
  NodeType node_type = NodeType::kRoot;
  std::string node_name;
  std::optional<pgq::TickId> completed_tick;
  std::string provider_node, provider_location;
  bool paused = false, uptodate = false;
  std::optional<std::string> error;
};

struct Location {  // pgq_node.get_queue_locations
  std::string node, connstr;
  bool dead = false;
};

// A pgq_node/londiste function's answer. Codes: 1xx quiet, 2xx info, 3xx warning, 4xx and up
// failed.
struct Answer {
  int code = 0;
  std::string note;
  pqxx::row row;
  bool failed() const { return code >= 400; }
};
Answer AnswerOf(const pqxx::row& row);
// Runs `select * from <function call>` whose first row starts with ret_code, ret_note.
template <class... Args>
Answer Call(pqxx::transaction_base& tx, const std::string& sql, Args&&... args) {
  return AnswerOf(tx.exec_params1(sql, std::forward<Args>(args)...));
}
// The same by a statement that the session keeps as `name`: not on a session that may be pooled.
template <class... Args>
Answer CallPrepared(pqxx::transaction_base& tx, const char* name, const std::string& sql,
                    Args&&... args) {
  tx.conn().prepare(name, sql);
  return AnswerOf(tx.exec_prepared1(name, std::forward<Args>(args)...));
}
// Throws base::Error(note) when it failed.
const Answer& Require(const Answer& answer);

// nullopt when the database holds no node of this queue (or no pgq_node schema at all).
std::optional<NodeInfo> GetNodeInfo(pqxx::transaction_base& tx, const std::string& queue);
// The same on the worker's own session, where the schema was seen before.
std::optional<NodeInfo> GetNodeInfoAgain(pqxx::transaction_base& tx, const std::string& queue);
// Throws base::Error for an unknown queue or consumer.
ConsumerState GetConsumerState(pqxx::transaction_base& tx, const std::string& queue,
                               const std::string& consumer);
// The same on the worker's own session.
ConsumerState GetConsumerStateAgain(pqxx::transaction_base& tx, const std::string& queue,
                                    const std::string& consumer);
std::vector<Location> GetLocations(pqxx::transaction_base& tx, const std::string& queue);

}  // namespace cascade
