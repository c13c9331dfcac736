#include "londiste/structure/fkeys.h"

#include <utility>

#include "base/failpoint.h"
#include "londiste/structure/brief_locks.h"
#include "pg/error.h"
#include "pg/sqlstate.h"

namespace londiste::structure {
namespace {

struct Fkey {
  std::string from_table, to_table, name;
};

std::vector<Fkey> FindFkeys(pqxx::transaction_base& tx, const std::string& function,
                            const std::string& argument) {
  std::vector<Fkey> fkeys;
  for (const pqxx::row& row :
       tx.exec_params("select from_table, to_table, fkey_name from " + function + "($1)", argument))
    fkeys.push_back({row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<std::string>()});
  return fkeys;
}

// The function returns the next statement to run; from SkyTools' londiste 3.6 and older comes one
// that does all at once.
bool RestoresLazily(pg::Connection& target) {
  pqxx::nontransaction tx(target);
  return tx
      .exec1(
          "select to_regprocedure('londiste.restore_table_fkey(text, text, boolean)') is not null")
          [0]
      .as<bool>();
}

void RestoreFkey(pg::Connection& target, const Fkey& fkey, bool lazily) {
  if (!lazily) {
    WithBriefLocks(target, [&](pqxx::work& tx) {
      tx.exec_params("select londiste.restore_table_fkey($1, $2)", fkey.from_table, fkey.name);
    });
    return;
  }
  // Two statements at most; the last call tells that there is nothing left to do and forgets the
  // key.
  for (std::string statement = "-";;) {
    WithBriefLocks(target, [&](pqxx::work& tx) {
      const pqxx::row row = tx.exec_params1("select londiste.restore_table_fkey($1, $2, true)",
                                            fkey.from_table, fkey.name);
      statement = row[0].is_null() ? "" : row[0].as<std::string>();
    });
    if (statement.empty()) return;
    try {
      WithBriefLocks(target, [&](pqxx::work& tx) { tx.exec(statement); });
    } catch (const pqxx::sql_error& error) {
      if (error.sqlstate() != pg::sqlstate::kDuplicateObject)
        throw;  // another session is at it, too
    }
    base::HitFailpoint(base::Failpoint::fkey_after_restore);
  }
}

}  // namespace

void DropFkeys(pg::Connection& target, const pg::QualifiedName& table, const WaitsFor& waits) {
  std::vector<Fkey> fkeys;
  {
    pqxx::work tx(target);
    fkeys = FindFkeys(tx, "londiste.find_table_fkeys", table.ToString());
  }
  for (const Fkey& fkey : fkeys)
    WithBriefLocks(
        target,
        [&](pqxx::work& tx) {
          tx.exec_params("select londiste.drop_table_fkey($1, $2)", fkey.from_table, fkey.name);
        },
        [&] {
          if (waits)
            waits({pg::QualifiedName::Parse(fkey.from_table),
                   pg::QualifiedName::Parse(fkey.to_table)});
        });
}

void DropFkeysInside(pqxx::transaction_base& tx, const pg::QualifiedName& table) {
  for (const Fkey& fkey : FindFkeys(tx, "londiste.find_table_fkeys", table.ToString()))
    tx.exec_params("select londiste.drop_table_fkey($1, $2)", fkey.from_table, fkey.name);
}

std::vector<FkeyFailure> RestoreFkeys(pg::Connection& target, const std::string& queue,
                                      const std::function<void(const std::string&)>& log) {
  std::vector<Fkey> fkeys;
  {
    pqxx::work tx(target);
    fkeys = FindFkeys(tx, "londiste.get_valid_pending_fkeys", queue);
  }
  const bool lazily = !fkeys.empty() && RestoresLazily(target);
  std::vector<FkeyFailure> failures;
  for (const Fkey& fkey : fkeys) {
    try {
      RestoreFkey(target, fkey, lazily);
      log("restored foreign key " + fkey.name + " of table " + fkey.from_table);
    } catch (const pqxx::sql_error&) {
      const pg::Failure failure = pg::DescribeCurrentFailure(&target.interrupt());
      if (failure.kind == pg::FailureKind::kInterrupted) throw;
      failures.push_back({fkey.from_table, fkey.name, failure.message, failure.hint});
    }
  }
  return failures;
}

std::string Describe(const std::vector<FkeyFailure>& failures) {
  std::string text;
  for (const FkeyFailure& failure : failures) text += (text.empty() ? "" : "; ") + failure.message;
  return text;
}

}  // namespace londiste::structure
