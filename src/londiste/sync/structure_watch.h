// Compares the structure of the node's tables with that of their provider's, unless the queue's
// setting ddl is off: what would stop the worker, or make rows differ, is a condition
// (structure_differs) with the statements that mend it.
//
// Belongs to the worker's thread. A look that finds nothing changed on either side costs two small
// queries. A difference is told when it is found twice: one that a script on its way ends is gone
// by then.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cascade/node.h"
#include "londiste/structure/structure_difference.h"
#include "londiste/tables/table_list.h"
#include "pgq/conditions.h"

namespace londiste::sync {

class StructureWatch {
 public:
  explicit StructureWatch(pgq::Conditions& conditions) : conditions_(conditions) {}

  // Between batches, no transaction open. Does nothing until it is due. Returns when to call it
  // again.
  base::Duration LookIfDue(const cascade::NodeInfo& node, const tables::TableList& tables,
                           pg::Connection& provider, pg::Connection& target, base::Duration every);
  // What there is to compare, or how often, or with whom, may be something else now: the next look
  // is due at once, or as soon as its work is in proportion.
  void Changed() { next_ = earliest_; }

 private:
  base::Duration Look(const cascade::NodeInfo& node, const tables::TableList& tables,
                      pg::Connection& provider, pg::Connection& target, base::Duration every);
  struct Pair {
    std::string queue_name;
    pg::QualifiedName here, there;
    tables::ColumnNames left_out;
  };
  std::vector<Pair> FindPairs(const cascade::NodeInfo& node, const tables::TableList& tables,
                              pqxx::transaction_base& provider) const;
  void Restart();
  void Tell();
  void Compare(const Pair& pair, pqxx::transaction_base& provider, pqxx::transaction_base& target);

  pgq::Conditions& conditions_;
  base::Clock::time_point next_{}, earliest_{};
  // By name on the queue.
  std::map<std::string, std::string> compared_;      // fingerprints of both sides
  std::map<std::string, pgq::Condition> seen_once_;  // differences that may be about to end
  std::map<std::string, pgq::Condition> told_;
};

}  // namespace londiste::sync
