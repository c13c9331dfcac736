#include "londiste/copy/source_node.h"

#include "base/error.h"
#include "pg/conninfo.h"

namespace londiste::copy {
namespace {

constexpr int kLongestCascade = 100;  // a walk that goes on longer runs in a circle

std::string Location(pqxx::transaction_base& local, const std::string& queue,
                     const std::string& node, const std::string& table) {
  for (const cascade::Location& location : cascade::GetLocations(local, queue))
    if (location.node == node) return location.connstr;
  throw base::Error(
      "could not copy table \"" + table + "\": its copy node \"" + node + "\" is not known here",
      "Command members lists the nodes; resync with --copy-node names another one.");
}

SourceNode WalkUpwards(const cascade::NodeInfo& node, const tables::Table& table,
                       const Remote& remote) {
  SourceNode next{node.provider_node, node.provider_location};
  for (int step = 0; step < kLongestCascade; ++step) {
    const auto connection = remote.Open(next.connstr);
    pqxx::read_transaction tx(*connection);
    const auto info = cascade::GetNodeInfo(tx, node.queue);
    if (!info)
      throw base::Error("node \"" + next.name + "\" holds no queue \"" + node.queue + "\"");
    const pqxx::result found =
        tx.exec_params("select 1 from londiste.get_table_list($1) where table_name = $2 and local",
                       node.queue, table.name);
    if (!found.empty()) return {info->name, pg::MergeConnstr(next.connstr, remote.extra_connstr)};
    if (info->type == cascade::NodeType::kRoot) break;
    next = {info->provider_node, info->provider_location};
  }
  throw base::Error("could not copy table \"" + table.name + "\": Found root and no source found",
                    "No node above this one has the table; add it there first.");
}

}  // namespace

std::unique_ptr<pg::Connection> Remote::Open(const std::string& location) const {
  const auto options =
      pg::ConnectOptions::Fixed(pg::MergeConnstr(location, extra_connstr), application_name);
  return std::make_unique<pg::Connection>(options, interrupt);
}

SourceNode FindSource(pqxx::transaction_base& local, const cascade::NodeInfo& node,
                      const tables::Table& table, const Remote& remote) {
  const auto wanted = table.attrs.find("copy_node");
  const std::string copy_node = wanted == table.attrs.end() ? "" : wanted->second.value_or("");
  if (copy_node == "?") return WalkUpwards(node, table, remote);
  if (copy_node.empty())
    return {node.provider_node, pg::MergeConnstr(node.provider_location, remote.extra_connstr)};
  return {copy_node, pg::MergeConnstr(Location(local, node.queue, copy_node, table.name),
                                      remote.extra_connstr)};
}

SourceTable LookAtSource(pqxx::transaction_base& source, const std::string& queue,
                         const std::string& table) {
  const pqxx::result rows = source.exec_params(
      "select local, merge_state, to_jsonb(t) ->> 'dest_table' as dest_table from "
      "londiste.get_table_list($1) t where table_name = $2",
      queue, table);
  SourceTable found{pg::QualifiedName::Parse(table), "", {}};
  if (rows.empty() || !rows[0]["local"].as<bool>()) {
    found.reason = "Table " + table + " not available on provider";
    return found;
  }
  if (!rows[0]["dest_table"].is_null())
    found.name = pg::QualifiedName::Parse(rows[0]["dest_table"].c_str());
  const std::string state =
      rows[0]["merge_state"].is_null() ? "" : rows[0]["merge_state"].as<std::string>();
  if (state != "ok" && state != "?")
    found.reason = "Table " + table + " not OK on provider, waiting";
  found.left_out = std::move(tables::LoadLeftOutColumns(source, queue)[table]);
  return found;
}

}  // namespace londiste::copy
