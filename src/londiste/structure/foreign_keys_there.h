// Foreign keys of another node's tables, to be made here when both tables are in sync.
#pragma once

#include <string>
#include <vector>

#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::structure {

struct ForeignKey {
  pg::QualifiedName from, to;  // there
  std::string name;
  std::string definition;  // FOREIGN KEY (...) REFERENCES ...
  std::string to_quoted;   // as the definition has it
  int needs_major = 0;     // what it says is known since that version
};

// From and to the table, without those that a partition has from its parent. REQUIRES: a session of
// ours, with SessionSettings::kFixed.
std::vector<ForeignKey> FindForeignKeys(pqxx::transaction_base& there,
                                        const pg::QualifiedName& table);

// Puts it into londiste.pending_fkeys, for the worker to make, between the tables as they are
// called here. False: it is there already.
bool PutOffForeignKey(pqxx::transaction_base& tx, const ForeignKey& key,
                      const pg::QualifiedName& from, const pg::QualifiedName& to);

}  // namespace londiste::structure
