#include "londiste/sync/table_conditions.h"

#include <vector>

#include "londiste/apply/missing_rows_store.h"

namespace londiste::sync {

void TableConditions::TablesRead(const tables::TableList& tables) {
  for (const tables::Table& table : tables.tables())
    if (!table.local) conditions_.Clear("no_key", table.name);
  ReportLeftOutColumns(tables);
  missing_rows_ = true;  // a copy may have ended them
  not_before_ = {};
}

void TableConditions::ReportMissingRows(pg::Connection& target, const std::string& queue) {
  constexpr std::chrono::minutes kPause(1);
  const auto now = base::Clock::now();
  if (!missing_rows_ || now < not_before_) return;
  not_before_ = now + kPause;
  missing_rows_ = false;
  pqxx::nontransaction tx(target);
  conditions_.Replace(apply::kMissingRows, apply::MissingRowConditions(tx, queue));
}

void TableConditions::ReportLeftOutColumns(const tables::TableList& tables) {
  constexpr const char* kLeftOut = "column_left_out";
  std::vector<pgq::Condition> conditions;
  for (const tables::Table& table : tables.tables()) {
    if (!table.local || table.left_out.empty()) continue;
    std::string names;
    for (const std::string& column : table.left_out)
      names += (names.empty() ? "\"" : ", \"") + column + "\"";
    conditions.push_back(
        {.kind = kLeftOut,
         .subject = table.name,
         .severity = pgq::ConditionSeverity::kNotice,
         .message = "table " + table.name + " leaves out columns of the provider: " + names,
         .hint = "To replicate them, add the columns here and resync the table."});
  }
  conditions_.Replace(kLeftOut, std::move(conditions));
}

}  // namespace londiste::sync
