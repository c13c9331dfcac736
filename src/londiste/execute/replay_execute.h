// EXECUTE events: a script replayed in the batch's transaction.
#pragma once

#include <functional>
#include <string>

#include "pg/connection.h"
#include "pgq/event.h"

namespace londiste::execute {

// Runs the EXECUTE event (role local, londiste.execute_start, attribute conditions, statements one
// by one, londiste.execute_finish, role replica). A script that was applied before, or whose
// conditions match nothing here, is skipped with a line to `info`. Throws on partial matches and
// SQL errors.
void ReplayExecute(pqxx::transaction_base& tx, const std::string& queue, const pgq::Event& event,
                   const std::function<void(const std::string&)>& info);

}  // namespace londiste::execute
