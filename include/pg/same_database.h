// Whether two connections lead to the same database.
#pragma once

#include "pg/connection.h"

namespace pg {

struct DatabaseComparison {
  bool same_name_and_oid = true;  // also true for a clone of the whole server
  // A transaction made through the one must become visible through the other, and not before.
  bool visible_before = false;
  bool visible_after = true;

  bool same() const { return same_name_and_oid && !visible_before && visible_after; }
};

// Takes one transaction number of `other`'s server; writes nothing. Throws what statements throw,
// e.g. where `other` is a standby.
DatabaseComparison CompareDatabases(Connection& one, Connection& other);

}  // namespace pg
