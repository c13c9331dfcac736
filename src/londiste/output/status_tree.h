// The cascade as `status` draws it. Pure text: what is known of each node in, lines out.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "londiste/output/copy_status.h"
#include "pgq/conditions.h"

namespace londiste::output {

struct NodeStatus {
  std::string name;
  std::string type;     // "root", "branch", "leaf"; "" when the node could not be asked
  std::string service;  // service= of its connect string
  std::optional<std::string> provider;  // the node it reads from; unset when nobody knows
  bool dead = false;                    // tagged dead, taken as dead, or not reachable
  std::string failure;                  // why it could not be asked
  int tables_ok = 0, tables_not_ok = 0, tables_elsewhere = 0;
  std::vector<CopyStatus> copies;  // under way
  std::optional<std::chrono::seconds> lag;
  std::optional<std::int64_t> tick;
  bool paused = false, uptodate = true;
  std::map<std::string, std::string> attrs;
  std::vector<std::pair<std::string, std::string>> errors;  // consumer, message
  std::vector<pgq::StoredCondition> conditions;
};

struct StatusStyle {
  bool compact = false;
  bool color = false;  // a lag above a minute in red
};

// The lines below the title of a node: tables, lag, copies (compact: the word COPYING), attributes,
// errors that no condition tells, conditions (compact: how many).
std::vector<std::string> StatusLines(const NodeStatus& node, const StatusStyle& style);
// "node2 (leaf)", "node2 (leaf, svc)", "node2 (dead)".
std::string StatusTitle(const NodeStatus& node);

// Nodes below their providers, roots and nodes without a known provider at the left; siblings by
// name. Nodes that read from each other in a ring are drawn once.
std::string StatusTree(const std::vector<NodeStatus>& nodes, const StatusStyle& style);

}  // namespace londiste::output
