// Statements that cannot be part of a replicated script.
#pragma once

#include <string>

#include "pg/statement_splitter.h"

namespace londiste::execute {

// Why `statement` cannot run inside a replicated script (it ends the transaction, or reads COPY
// data); "" when it can.
std::string RefusalReason(const pg::ScriptStatement& statement);

}  // namespace londiste::execute
