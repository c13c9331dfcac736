// ExecuteScope of a real node: londiste's table list and the catalog, asked inside the given
// transaction.
#pragma once

#include <map>
#include <string>

#include "londiste/execute/execute_attributes.h"
#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::execute {

class DatabaseScope final : public ExecuteScope {
 public:
  DatabaseScope(pqxx::transaction_base& tx, std::string queue)
      : tx_(tx), queue_(std::move(queue)) {}
  std::optional<std::string> Find(ExecuteKey key, const std::string& name) override;

 private:
  std::optional<pg::QualifiedName> LocalTable(const std::string& name);
  bool IsLocalSequence(const std::string& name);
  bool RelationExists(const pg::QualifiedName& name, const std::string& kinds);
  bool FunctionExists(const std::string& name_and_count);
  bool Exists(const std::string& from_where);
  // As SkyTools puts it into scripts: quotes only where the server needs them, as scripts make
  // names of it (@t@_old).
  std::string ForScripts(const pg::QualifiedName& name);

  pqxx::transaction_base& tx_;
  std::string queue_;
};

}  // namespace londiste::execute
