// Where a table is copied from: the worker's provider, a named node, or the nearest node upwards
// that has the table.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cascade/node.h"
#include "londiste/tables/table.h"
#include "pg/connection.h"

namespace londiste::copy {

struct SourceNode {
  std::string name;
  std::string connstr;  // with remote_extra_connstr
};

// How connections to other nodes are opened. Lives as long as the copy; belongs to its thread.
struct Remote {
  std::string extra_connstr;
  std::string application_name;
  base::Interrupt& interrupt;
  std::unique_ptr<pg::Connection> Open(const std::string& location) const;
};

// The node that attribute copy_node of `table` asks for; without one, the provider of `node`. For
// `?` the nodes are asked one by one, from the provider upwards. Throws base::Error when there is
// no such node, or none that has the table.
SourceNode FindSource(pqxx::transaction_base& local, const cascade::NodeInfo& node,
                      const tables::Table& table, const Remote& remote);

// The table as the source node knows it. `reason` says why it cannot be copied now; empty when it
// can.
struct SourceTable {
  pg::QualifiedName name;  // the name in the source's database
  std::string reason;
  tables::ColumnNames left_out;  // columns of the queue's table that it does without
};
SourceTable ReadSourceTable(pqxx::transaction_base& source, const std::string& queue,
                            const std::string& table);

}  // namespace londiste::copy
