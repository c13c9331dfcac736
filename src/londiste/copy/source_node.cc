#include "londiste/copy/source_node.h"

#include "base/error.h"
#include "cascade/walk_to_root.h"
#include "pg/conninfo.h"

namespace londiste::copy {
namespace {

std::string Location(pqxx::transaction_base& local, const std::string& queue,
                     const std::string& node, const std::string& table) {
  for (const cascade::Location& location : cascade::GetLocations(local, queue))
    if (location.node == node) return location.connstr;
  throw base::Error(
      "could not copy table \"" + table + "\": its copy node \"" + node + "\" is not known here",
      "Command members lists the nodes; choose another one with resync --copy-node.");
}

SourceNode WalkUpwards(const cascade::NodeInfo& node, const tables::Table& table,
                       const Remote& remote) {
  std::optional<SourceNode> source;
  cascade::WalkToRoot(node, [&](const std::string& name, const std::string& location) {
    const auto connection = remote.Open(location);
    pqxx::read_transaction tx(*connection);
    auto info = cascade::GetNodeInfo(tx, node.queue);
    if (!info) throw base::Error("node \"" + name + "\" holds no queue \"" + node.queue + "\"");
    const auto found = tables::ReadTable(tx, node.queue, table.name);
    if (found && found->local) {
      source = {info->name, pg::MergeConnstr(location, remote.extra_connstr)};
      info.reset();
    }
    return info;
  });
  if (source) return *source;
  throw base::Error("could not copy table \"" + table.name + "\": Found root and no source found",
                    "No node from this one up to the root has the table: add it there first.");
}

// A table of a combined queue: rows that its parts copy do not come with the queue.
bool PartsAreComplete(pqxx::transaction_base& source, const std::string& queue,
                      const std::string& table) {
  return source
      .exec_params(
          "select 1 from londiste.table_info t "
          "join pgq_node.node_info c on c.queue_name = t.queue_name and c.node_type = 'root' "
          "join pgq_node.node_info n on n.combined_queue = t.queue_name "
          "join londiste.table_info p on p.queue_name = n.queue_name and p.local and "
          "coalesce(p.dest_table, p.table_name) = coalesce(t.dest_table, t.table_name) "
          "where t.queue_name = $1 and t.table_name = $2 and p.merge_state is distinct from 'ok'",
          queue, table)
      .empty();
}

}  // namespace

std::unique_ptr<pg::Connection> Remote::Open(const std::string& location) const {
  return std::make_unique<pg::Connection>(
      pg::ConnectOptions::FixedAt(location, extra_connstr, application_name), interrupt);
}

SourceNode FindSource(pqxx::transaction_base& local, const cascade::NodeInfo& node,
                      const tables::Table& table, const Remote& remote) {
  const std::string copy_node = table.copy_node();
  if (copy_node == "?") return WalkUpwards(node, table, remote);
  if (copy_node.empty())
    return {node.provider_node, pg::MergeConnstr(node.provider_location, remote.extra_connstr)};
  return {copy_node, pg::MergeConnstr(Location(local, node.queue, copy_node, table.name),
                                      remote.extra_connstr)};
}

SourceTable ReadSourceTable(pqxx::transaction_base& source, const std::string& queue,
                            const std::string& table) {
  const auto there = tables::ReadTable(source, queue, table);
  SourceTable found{pg::QualifiedName::Parse(table), "", {}};
  if (!there || !there->local) {
    found.reason = "Table " + table + " not available on provider";
    return found;
  }
  found.name = there->dest;
  if (!there->state.ok() || !PartsAreComplete(source, queue, table))
    found.reason = "Table " + table + " not OK on provider, waiting";
  found.left_out = std::move(tables::LoadLeftOutColumns(source, queue)[table]);
  return found;
}

}  // namespace londiste::copy
