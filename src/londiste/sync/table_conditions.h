// What there is to know about the tables of this node, as conditions: columns that they do without,
// rows that were missing.
//
// Owned by TableSync, used on the worker's thread.
#pragma once

#include <string>

#include "base/clock.h"
#include "londiste/tables/table_list.h"
#include "pg/connection.h"
#include "pgq/conditions.h"

namespace londiste::sync {

class TableConditions {
 public:
  explicit TableConditions(pgq::Conditions& conditions) : conditions_(conditions) {}

  // The list was read again.
  void TablesRead(const tables::TableList& tables);
  // A batch that was, or is being, committed has stored counts of missing rows.
  void MissingRowsStored() { missing_rows_ = true; }
  // Counts change with each batch perhaps: reported once a minute at most, or after TablesRead.
  void ReportMissingRows(pg::Connection& target, const std::string& queue);

 private:
  void ReportLeftOutColumns(const tables::TableList& tables);
  pgq::Conditions& conditions_;
  bool missing_rows_ = false;  // there may be something new about them
  base::Clock::time_point not_before_{};
};

}  // namespace londiste::sync
