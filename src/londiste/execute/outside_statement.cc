#include "londiste/execute/outside_statement.h"

#include "base/failpoint.h"
#include "londiste/execute/script_session.h"
#include "pg/quote.h"
#include "pg/sqlstate.h"

namespace londiste::execute {
namespace {

using Kind = OutsideStatement::Kind;

void Store(pg::Connection& connection, const std::string& queue, const ScriptProgress& progress) {
  pqxx::work tx(connection);
  const OwnSettings own(tx);
  WriteProgress(tx, queue, progress);
  tx.commit();
}

enum class IndexState { kMissing, kInvalid, kValid };
struct Index {
  IndexState state = IndexState::kMissing;
  std::string name;  // qualified and quoted
};

constexpr const char* kQualified =
    "pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)";

Index FindIndex(pqxx::transaction_base& tx, const OutsideStatement& statement) {
  const pqxx::result rows = tx.exec_params(
      std::string("select i.indisvalid, ") + kQualified +
          " from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid join "
          "pg_catalog.pg_namespace n on n.oid = c.relnamespace where i.indrelid = "
          "pg_catalog.to_regclass($1) and c.relname = (pg_catalog.parse_ident($2))[1]::name",
      statement.table, statement.object);
  if (rows.empty()) return {};
  return {rows[0][0].as<bool>() ? IndexState::kValid : IndexState::kInvalid, rows[0][1].c_str()};
}

// What an interrupted REINDEX CONCURRENTLY left: its new or its old indexes.
std::vector<std::string> LeftByReindex(pqxx::transaction_base& tx, const std::string& object) {
  std::vector<std::string> names;
  for (const pqxx::row& row : tx.exec_params(
           std::string("select ") + kQualified +
               " from pg_catalog.pg_index i join pg_catalog.pg_class c on c.oid = i.indexrelid "
               "join pg_catalog.pg_namespace n on n.oid = c.relnamespace where not i.indisvalid "
               "and c.relname ~ '_cc(new|old)[0-9]*$' and i.indrelid in (select "
               "pg_catalog.to_regclass($1)::oid union select x.indrelid from pg_catalog.pg_index x "
               "where x.indexrelid = pg_catalog.to_regclass($1))",
           object))
    names.emplace_back(row[0].c_str());
  return names;
}

enum class Detached { kNo, kHalf, kYes };
Detached HowFarDetached(pqxx::transaction_base& tx, const OutsideStatement& statement) {
  const pqxx::result rows = tx.exec_params(
      "select h.inhdetachpending from pg_catalog.pg_inherits h where h.inhrelid = "
      "pg_catalog.to_regclass($1) and h.inhparent = pg_catalog.to_regclass($2)",
      statement.object, statement.table);
  if (rows.empty()) return Detached::kYes;
  return rows[0][0].as<bool>() ? Detached::kHalf : Detached::kNo;
}

class OutsideRun {
 public:
  OutsideRun(pg::Connection& connection, const Script& script, std::size_t step)
      : tx_(connection),
        script_(script),
        step_(step),
        statement_(*script.steps()[step].rules.outside) {}

  // After an interruption: true when the statement has been done after all.
  bool WasDone() {
    switch (statement_.kind) {
      case Kind::kCreateIndex:
        return FindIndex(tx_, statement_).state == IndexState::kValid;
      case Kind::kDropIndex:
        return tx_.exec_params1("select pg_catalog.to_regclass($1) is null", statement_.object)[0]
            .as<bool>();
      case Kind::kDetachPartition:
        return FinishDetaching();
      case Kind::kReindex:
      case Kind::kRepeatable:
        return false;
    }
    return false;
  }

  // An index of that name which is not this statement's must not be taken for it, nor dropped.
  // True when there is nothing to do.
  bool Refused() {
    if (statement_.kind != Kind::kCreateIndex) return false;
    const Index index = FindIndex(tx_, statement_);
    if (index.state == IndexState::kMissing) return false;
    if (statement_.if_not_exists && index.state == IndexState::kValid) return true;
    script_.Fail(step_,
                 "index " + index.name + " already exists" +
                     (index.state == IndexState::kInvalid ? ", and is invalid" : ""),
                 pg::sqlstate::kDuplicateTable, "");
  }

  void Clean() {
    std::vector<std::string> names;
    if (statement_.kind == Kind::kReindex) names = LeftByReindex(tx_, statement_.object);
    if (statement_.kind == Kind::kCreateIndex) {
      const Index index = FindIndex(tx_, statement_);
      if (index.state == IndexState::kInvalid) names = {index.name};
    }
    for (const std::string& name : names) tx_.exec("drop index concurrently if exists " + name);
  }

  void Run() { tx_.exec(std::string(script_.steps()[step_].statement.text)); }

 private:
  bool FinishDetaching() {
    const Detached detached = HowFarDetached(tx_, statement_);
    if (detached == Detached::kHalf)
      tx_.exec("alter table " + statement_.table + " detach partition " + statement_.object +
               " finalize");
    return detached != Detached::kNo;
  }

  pqxx::nontransaction tx_;
  const Script& script_;
  const std::size_t step_;
  const OutsideStatement& statement_;
};

// True when it was done before.
bool PrepareToRun(pg::Connection& connection, const Script& script, std::size_t step,
                  bool interrupted) {
  OutsideRun run(connection, script, step);
  if (!interrupted) return run.Refused();
  if (run.WasDone()) return true;
  run.Clean();
  return false;
}

}  // namespace

void RunOutsideTransaction(pg::Connection& connection, const std::string& queue,
                           const Script& script, ScriptProgress& progress) {
  const std::size_t step = static_cast<std::size_t>(progress.statement) - 1;
  bool done = false;
  try {
    done = PrepareToRun(connection, script, step, progress.running);
    if (!done) {
      progress.running = true;
      Store(connection, queue, progress);
      base::HitFailpoint(base::Failpoint::execute_before_outside);
      OutsideRun(connection, script, step).Run();
    }
  } catch (const ScriptFailure&) {
    throw;
  } catch (...) {
    const std::exception_ptr failure = std::current_exception();
    const auto kind = pg::DescribeCurrentFailure().kind;
    if (kind == pg::FailureKind::kSql) {
      OutsideRun(connection, script, step).Clean();
      progress.running = false;
      Store(connection, queue, progress);
    }
    try {
      std::rethrow_exception(failure);
    } catch (...) {
      script.FailCurrent(step);
    }
  }
  base::HitFailpoint(base::Failpoint::execute_after_outside);
  progress.running = false;
  ++progress.statement;
  Store(connection, queue, progress);
  base::HitFailpoint(base::Failpoint::execute_after_noted);
}

}  // namespace londiste::execute
