// How a session looks while it runs scripts, and what it looks like afterwards.
#pragma once

#include <string>
#include <vector>

#include "pg/connection.h"

namespace londiste::execute {

// For this transaction.
void SetRoleInTransaction(pqxx::transaction_base& tx, const char* replication_role);

// What a script sets stays set when its transaction commits, and would change how the session reads
// and writes values, and what its statements mean. Keeps the settings of the session, and puts them
// back by Restore; where a script fails the transaction, or the session's end, does that.
class ScriptSettings {
 public:
  enum class For { kTransaction, kSession };
  // The statements find what they name where the database's or the role's search_path says, and see
  // the rows that their role may see.
  ScriptSettings(pqxx::transaction_base& tx, For span);
  void Restore(pqxx::transaction_base& tx) const;

 private:
  std::vector<std::string> values_;
};

// In a transaction between statements of a script: role and path are ours again until Restore, or
// the transaction's end.
class OwnSettings {
 public:
  explicit OwnSettings(pqxx::transaction_base& tx);
  void Restore();

 private:
  pqxx::transaction_base& tx_;
  std::string user_, role_, search_path_;
};

}  // namespace londiste::execute
