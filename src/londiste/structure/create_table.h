// Makes a table as it is in another database.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "londiste/structure/creation_plan.h"
#include "pg/connection.h"

namespace londiste::structure {

struct CreatedTable {
  std::vector<std::string> notes;  // lines about what is not as it is there
  std::set<std::string> unknown_roles;
};

struct TableToCreate {
  pg::QualifiedName there;
  pg::QualifiedName here;
  CreateScope scope = CreateScope::kFull;
  const LocalNames& others;  // where tables of there are here, when not under the same name
  // How long it may wait for somebody who alters the table there; 0: for ever.
  std::chrono::milliseconds lock_timeout{0};
};

// A table, an index, a sequence, ... of that name.
bool RelationExists(pqxx::transaction_base& tx, const pg::QualifiedName& name);

// With its partitions, all in `tx`. Foreign keys are not made (foreign_keys_there.h). nullopt:
// there is no such table there. Throws base::Error, before anything is made, when something that
// the table needs is missing here or beyond this server, or the name is taken, naming all of it.
// Both sessions are of ours, with SessionSettings::kFixed; no transaction is open on `source`.
std::optional<CreatedTable> CreateTable(pg::Connection& target, pqxx::work& tx,
                                        pg::Connection& source, const TableToCreate& wanted);

// The same for a sequence that stands alone; the lines that are to be said of it.
std::optional<std::vector<std::string>> CreateSequence(pqxx::work& tx, pg::Connection& source,
                                                       const pg::QualifiedName& name);

}  // namespace londiste::structure
