#include "pgqd/work/maintenance.h"

#include <spdlog/spdlog.h>

#include <vector>

#include "base/failpoint.h"
#include "base/text.h"
#include "pg/error.h"
#include "pg/quote.h"
#include "pgqd/failures/log_text.h"

namespace pgqd {
namespace {

std::optional<std::string> Text(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return field.as<std::string>();
}

// PgQ before 3.1 has no list; its functions are called as they stand.
std::vector<Operation> OldOperations(pg::Connection& connection) {
  std::vector<Operation> operations;
  for (const auto& row :
       pg::ExecAutocommit(connection, "select queue_name from pgq.get_queue_info()"))
    operations.push_back({"pgq.maint_rotate_tables_step1", Text(row[0])});
  operations.push_back({"pgq.maint_rotate_tables_step2", std::nullopt});
  for (const auto& row :
       pg::ExecAutocommit(connection, "select * from pgq.maint_tables_to_vacuum()"))
    operations.push_back({"vacuum", Text(row[0])});
  return operations;
}

std::vector<Operation> ListOperations(pg::Connection& connection) {
  const bool has_list =
      !pg::ExecAutocommit(connection,
                          "select 1 from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on "
                          "n.oid = p.pronamespace"
                          " where n.nspname = 'pgq' and p.proname = 'maint_operations'")
           .empty();
  if (!has_list) return OldOperations(connection);
  std::vector<Operation> operations;
  for (const auto& row :
       pg::ExecAutocommit(connection, "select func_name, func_arg from pgq.maint_operations()"))
    operations.push_back({row[0].as<std::string>(""), Text(row[1])});
  return operations;
}

// Rows of pgq.maint_rotation_check().
void LogRotation(const std::string& database, const pqxx::result& rows) {
  for (const auto& row : rows) {
    const std::string queue = PrintableText(row[1].as<std::string>()),
                      who = PrintableText(row[3].as<std::string>()),
                      message = PrintableText(row[4].as<std::string>());
    switch (row[2].as<int>()) {
      case 1:
        spdlog::warn("{}: {}", DatabaseText(database), message);
        if (!row[5].is_null()) spdlog::warn("HINT:  {}", PrintableText(row[5].as<std::string>()));
        break;
      case -1:
        spdlog::info("{}: queue \"{}\" is not kept from rotation any more by {}",
                     DatabaseText(database), queue, who);
        break;
      default:
        spdlog::debug("{}: {}", DatabaseText(database), message);
    }
  }
}

// A site's own function (queue_extra_maint) has the names that the database gives it.
pqxx::result RunSitesOwn(pg::Connection& connection, const std::string& sql) {
  pqxx::work tx(connection);
  tx.exec0("set local search_path to default");
  pqxx::result rows = tx.exec(sql);
  tx.commit();
  return rows;
}

void RunOperation(pg::Connection& connection, const std::string& database,
                  const Operation& operation) {
  if (operation.function == "pgq.maint_rotate_tables_step2")
    base::HitFailpoint(base::Failpoint::pgqd_between_rotate_steps);
  const std::string sql = OperationSql(operation);
  for (bool again = true; again;) {
    connection.interrupt().ThrowIfCancelled();
    spdlog::debug("{}: {}", DatabaseText(database), sql);
    const pqxx::result rows =
        operation.IsOurs() ? pg::ExecAutocommit(connection, sql) : RunSitesOwn(connection, sql);
    if (operation.IsRotationCheck()) LogRotation(database, rows);
    again = !operation.IsVacuum() && !rows.empty() && !rows[0][0].is_null() &&
            WantsMore(rows[0][0].c_str()) && !connection.interrupt().stopping();
  }
}

}  // namespace

std::string OperationSql(const Operation& operation) {
  if (operation.IsVacuum())
    return operation.function + " " + pg::QuoteFqIdent(operation.argument.value_or(""));
  return std::string(operation.IsRotationCheck() ? "select * from " : "select ") +
         pg::QuoteFqIdent(operation.function) + "(" +
         (operation.argument ? pg::QuoteLiteral(*operation.argument) : "") + ")";
}

bool WantsMore(const std::string& first_column) {
  // As atoi(3): what is no number, a text or a record, is 0.
  std::string_view text = base::Trim(first_column);
  if (text.starts_with('+')) text.remove_prefix(1);
  return base::ParseLeading<long>(text).value_or(0) != 0;
}

bool RunMaintenance(pg::Connection& connection, const std::string& database,
                    base::RepeatedMessages& failures) {
  bool all_done = true;
  for (const Operation& operation : ListOperations(connection)) {
    if (connection.interrupt().stopping()) return false;
    try {
      RunOperation(connection, database, operation);
    } catch (...) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&connection.interrupt());
      if (failure.kind != pg::FailureKind::kSql) throw;
      all_done = false;
      LogFailure(failures, DatabaseText(database) + ": maintenance: " + OperationSql(operation),
                 failure, base::Duration::max());
    }
  }
  return all_done;
}

long MoveRetryEvents(pg::Connection& connection) {
  long moved = 0;
  while (!connection.interrupt().stopping()) {
    const pqxx::result rows =
        pg::ExecAutocommit(connection, "select * from pgq.maint_retry_events()");
    const long count = rows.empty() || rows[0][0].is_null() ? 0 : rows[0][0].as<long>();
    if (count == 0) break;
    moved += count;
  }
  return moved;
}

}  // namespace pgqd
