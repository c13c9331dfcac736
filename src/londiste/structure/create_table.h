// Makes a table as it is in another database.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "londiste/structure/creation_plan.h"
#include "pg/connection.h"

namespace londiste::structure {

struct CreatedTable {
  enum class What { kMade, kExists, kNotThere } what = What::kMade;
  std::vector<std::string> notes;  // lines about what is not as it is there
  std::set<std::string> unknown_roles;
};

struct TableToCreate {
  pg::QualifiedName there;
  pg::QualifiedName here;
  CreateScope scope = CreateScope::kFull;
  LocalNames others;  // where tables of there are here, when not under the same name
};

// With its partitions, all in `tx`. Foreign keys are not made (fkey_wishes.h). What exists is not
// touched. Throws base::Error, before anything is made, when something that the table needs is
// missing here or beyond this server, naming all of it. Both sessions are of ours, with
// SessionSettings::kFixed; no transaction is open on `source`.
CreatedTable CreateTable(pg::Connection& target, pqxx::work& tx, pg::Connection& source,
                         const TableToCreate& wanted);

// The same for a sequence that stands alone.
CreatedTable CreateSequence(pqxx::work& tx, pg::Connection& source, const pg::QualifiedName& name);

}  // namespace londiste::structure
