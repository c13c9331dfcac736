#include "londiste/tables/table_faults.h"

#include <algorithm>

namespace londiste::tables {
namespace {

constexpr const char* kMayAsk =
    "select coalesce(pg_catalog.has_function_privilege(pg_catalog.to_regprocedure("
    "'londiste.check_tables(text, text)'), 'execute'), false)";

}  // namespace

bool IsTableFault(std::string_view kind) {
  return std::ranges::find(kTableFaults, kind) != kTableFaults.end();
}

std::optional<std::vector<pgq::Condition>> FindTableFaults(pqxx::transaction_base& tx,
                                                           const std::string& queue) {
  if (!tx.exec1(kMayAsk)[0].as<bool>()) return std::nullopt;
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
