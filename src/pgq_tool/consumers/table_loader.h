// queue-loader: the row events of a batch into tables, as the file's rules say.
//
// Writes in the transaction that it is given, and keeps nothing from one batch to the next that
// would be wrong after a rollback.
#pragma once

#include <cstdint>
#include <map>
#include <pqxx/pqxx>
#include <string>

#include "base/interrupt.h"
#include "config/settings.h"
#include "pgq/event.h"
#include "pgq_tool/consumers/bulk_load.h"
#include "pgq_tool/consumers/load_rules.h"
#include "pgq_tool/consumers/part_tables.h"

namespace pgq_tool::consumers {

class TableLoader {
 public:
  // Throws base::ConfigError.
  TableLoader(const config::Settings& settings, base::Interrupt& interrupt)
      : rules_(settings), interrupt_(interrupt) {}

  const LoadRuleSet& rules() const { return rules_; }

  // A batch: Begin, Apply for each event in order, Finish. `time`: of its end. What Apply and
  // Finish throw names the event or the table.
  void Begin(std::string time);
  void Apply(pqxx::transaction_base& tx, const pgq::Event& event);
  // Returns how many events were rows for tables.
  std::int64_t Finish(pqxx::transaction_base& tx);

 private:
  void Load(pqxx::transaction_base& tx, const LoadRules& rules, const pgq::Event& event);
  void Truncate(pqxx::transaction_base& tx, const LoadRules& rules, const pgq::Event& event);
  void WriteRow(pqxx::transaction_base& tx, const LoadRules& rules, const pg::QualifiedName& table,
                const RowChange& change);
  std::string TimeOf(const LoadRules& rules, const pgq::Event& event,
                     const RowChange& change) const;
  // Calls `write`; names `what` in its error.
  template <class Write>
  void Naming(const std::string& what, const Write& write) const;

  LoadRuleSet rules_;
  base::Interrupt& interrupt_;
  PartTables parts_;
  std::string batch_time_;
  std::map<pg::QualifiedName, BulkLoad> sets_;
  std::map<std::string, std::int64_t> missing_;  // rows to update or delete, by table
  std::int64_t count_ = 0;
};

}  // namespace pgq_tool::consumers
