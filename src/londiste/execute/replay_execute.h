// EXECUTE events: a script replayed in the batch's transaction.
#pragma once

#include <functional>
#include <string>

#include "londiste/execute/script_progress.h"
#include "pg/connection.h"
#include "pgq/event.h"

namespace londiste::execute {

using Info = std::function<void(const std::string&)>;

// Runs the EXECUTE event in `tx`, which is open on `connection` (role local,
// londiste.execute_start, attribute conditions, statements one by one, londiste.execute_finish,
// role replica). A script that was applied before, or whose conditions match nothing here, is
// skipped with a line to `info`. `known`: what the node has noted of this very event: a script that
// has run in pieces is only noted as applied, one that failed before is treated as somebody
// decided. Throws on partial matches and SQL errors.
void ReplayExecute(pg::Connection& connection, pqxx::transaction_base& tx, const std::string& queue,
                   const pgq::Event& event, const ScriptProgress* known, const Info& info);

}  // namespace londiste::execute
