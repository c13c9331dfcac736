// Foreign keys around a copy: taken away before it (kept in londiste.pending_fkeys), put back when
// both tables are in sync.
//
// Both wait for locks only briefly at a time, so that they are never what the deadlock detector
// finds between themselves and the main worker.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::structure {

// Drops all foreign keys from and to `table`, each in a transaction of its own. `waits` hears of
// the tables whose lock cannot be had, each time. REQUIRES: no transaction open.
using WaitsFor = std::function<void(const std::vector<pg::QualifiedName>& tables)>;
void DropFkeys(pg::Connection& target, const pg::QualifiedName& table, const WaitsFor& waits = {});
// The same inside the caller's transaction, for those that came in between.
void DropFkeysInside(pqxx::transaction_base& tx, const pg::QualifiedName& table);

struct FkeyFailure {
  std::string from_table, name, message, hint;
};

// Restores what can be restored for `queue` now; `log` hears of each one. Returns those that
// failed, because rows violate them for example. REQUIRES: no transaction open.
std::vector<FkeyFailure> RestoreFkeys(pg::Connection& target, const std::string& queue,
                                      const std::function<void(const std::string&)>& log);

// Their messages.
std::string Describe(const std::vector<FkeyFailure>& failures);

}  // namespace londiste::structure
