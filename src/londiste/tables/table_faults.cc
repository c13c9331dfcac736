#include "londiste/tables/table_faults.h"

#include <algorithm>

#include "pg/may_call.h"

namespace londiste::tables {
bool IsTableFault(std::string_view kind) {
  return std::ranges::find(kTableFaults, kind) != kTableFaults.end();
}

std::optional<std::vector<pgq::Condition>> FindTableFaults(pqxx::transaction_base& tx,
                                                           const std::string& queue) {
  if (!pg::MayCall(tx, "londiste.check_tables(text, text)")) return std::nullopt;
  std::vector<pgq::Condition> faults;
  for (const pqxx::row& row :
       tx.exec_params("select kind, table_name, severity = 'error' as is_error, message, hint from "
                      "londiste.check_tables($1)",
                      queue))
    faults.push_back({.kind = row["kind"].c_str(),
                      .subject = row["table_name"].c_str(),
                      .severity = row["is_error"].as<bool>() ? pgq::ConditionSeverity::kError
                                                             : pgq::ConditionSeverity::kWarning,
                      .message = row["message"].c_str(),
                      .hint = row["hint"].c_str()});
  return faults;
}

}  // namespace londiste::tables
