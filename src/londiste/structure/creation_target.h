// What a database has that matters to a table which is to be made in it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "londiste/structure/table_description.h"
#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::structure {

// How much of a table is made: its columns and the primary key, or all that it has.
enum class CreateScope { kColumnsAndKey, kFull };

struct CreationTarget {
  int major = 0;
  std::set<std::string, std::less<>> roles, tablespaces, access_methods, schemas;
  // Of the schemas concerned: tables, indexes, sequences, and extended statistics.
  std::set<pg::QualifiedName> relations, statistics;
  std::map<pg::QualifiedName, bool> sequences;  // true: a column owns it
  std::vector<const TablePart*> missing;        // requirements of the tables that are not there
};

// `tables` shall be made, `schemas` are those that something is made or looked for in.
CreationTarget LookAtTarget(pg::Connection& connection, pqxx::transaction_base& tx,
                            const std::vector<TableDescription>& tables,
                            const std::set<std::string>& schemas, CreateScope scope);

}  // namespace londiste::structure
