// Foreign keys that a copy had taken away come back when nothing is replicated any more that they
// would wait for.
#pragma once

#include <string>

#include "pg/connection.h"

namespace londiste::structure {

// After tables were removed. What cannot be restored is told as a warning, and stays in
// londiste.pending_fkeys. Outside a transaction.
void RestoreFkeysLeft(pg::Connection& connection, const std::string& queue);

}  // namespace londiste::structure
