// The indexes of a table and the constraints that stand on them, taken away for a bulk load and put
// back exactly as they were.
//
// Everything else stays in place: COPY fires no rules, checks are cheap and name the bad row,
// triggers do not fire in role replica. An index also stays when something outside the table stands
// on it (a foreign key, a view that groups by the key, the index of a partitioned parent): dropping
// it would take that along. One object per copy.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "londiste/structure/dropped_structure.h"
#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::structure {

struct IndexStructure {
  std::string name;
  std::string definition;                 // pg_get_indexdef
  std::string tablespace;                 // "" = the database's
  std::optional<std::string> constraint;  // name
  std::string constraint_definition;      // pg_get_constraintdef
  char constraint_type = 0;               // p, u, x
  bool by_index = false;  // p or u that `using index` can make again, with all its options
  bool deferrable = false, deferred = false;
  bool clustered = false, replica_identity = false;
  std::optional<std::string> comment, constraint_comment;
  std::vector<std::pair<int, int>> statistics;  // column number of an expression, target
};

class TableStructure {
 public:
  // REQUIRES: the caller's transaction holds an access exclusive lock on the table.
  static TableStructure Read(pqxx::transaction_base& tx, const pg::QualifiedName& table);

  const std::vector<IndexStructure>& indexes() const { return indexes_; }
  void Drop(pqxx::transaction_base& tx) const;
  // In the transaction that dropped them. `before_each` hears the name of each index before it is
  // built.
  void Rebuild(pqxx::transaction_base& tx,
               const std::function<void(const std::string&)>& before_each) const;
  // The same as statements for any session, whatever its search_path.
  DroppedStructure Statements() const;

 private:
  std::string Build(const IndexStructure& index) const;  // "" when its constraint makes it
  std::vector<std::string> Finish(const IndexStructure& index) const;
  pg::QualifiedName table_;
  std::vector<IndexStructure> indexes_;
};

}  // namespace londiste::structure
