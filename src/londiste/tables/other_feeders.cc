#include "londiste/tables/other_feeders.h"

namespace londiste::tables {
namespace {

constexpr const char* kOtherFeeders =
    "select t.table_name, string_agg(distinct o.queue_name, ', ') "
    "from londiste.table_info t "
    "join pgq_node.node_info n on n.queue_name = t.queue_name "
    "join londiste.table_info o on o.local and o.queue_name <> t.queue_name and "
    "coalesce(o.dest_table, o.table_name) = coalesce(t.dest_table, t.table_name) "
    "join pgq_node.node_info m on m.queue_name = o.queue_name "
    // where there is no other queue, thousands of tables need not be compared with each other
    "where exists (select 1 from pgq_node.node_info where queue_name <> $1) and "
    "t.queue_name = $1 and t.local and m.node_type <> 'root' and "
    "m.combined_queue is distinct from t.queue_name and "
    "n.combined_queue is distinct from o.queue_name and "
    "not exists (select 1 from pgq_node.node_info c where c.queue_name = n.combined_queue and "
    "m.combined_queue = n.combined_queue) "
    "group by 1";

}  // namespace

std::map<std::string, std::string> FindOtherFeeders(pqxx::transaction_base& tx,
                                                    const std::string& queue) {
  std::map<std::string, std::string> feeders;
  tx.conn().prepare("other_feeders", kOtherFeeders);
  for (const pqxx::row& row : tx.exec_prepared("other_feeders", queue))
    feeders.emplace(row[0].c_str(), row[1].c_str());
  return feeders;
}

std::string DescribeOtherFeeders(const std::string& table, const std::string& queues) {
  return "table \"" + table + "\" is filled by queue " + queues +
         " as well: a copy would empty it and lose what came from there";
}

const char* const kOtherFeedersHint =
    "Run remove-table for one of the queues. If both deliver different rows, run remove-table "
    "here, then add-table with --skip-truncate, or with --expect-sync when the rows are already "
    "here.";

}  // namespace londiste::tables
