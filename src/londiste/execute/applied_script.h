// londiste.execute_start and execute_finish: a script is noted as run in this database, and on the
// root put on the queue.
#pragma once

#include <optional>
#include <string>

#include "pg/connection.h"

namespace londiste::execute {

struct ScriptText {
  std::string file, sql;
  std::optional<std::string> attributes = {};  // encoded
};

// The note when the script was run before and is not to be run again. Throws base::Error.
enum class Expect { kRoot, kAnyNode };
std::optional<std::string> StartScript(pqxx::transaction_base& tx, const std::string& queue,
                                       const ScriptText& script, Expect expect);
void FinishScript(pqxx::transaction_base& tx, const std::string& queue, const std::string& file);
// It was run, or begun, in this database.
bool IsApplied(pqxx::transaction_base& tx, const std::string& file);

}  // namespace londiste::execute
