// Puts the SQL of the suite into a database that has none yet.
#pragma once

#include "pg/connection.h"

namespace londiste::node {

// Installs those of pgq, pgq_node and londiste that are missing, each in one transaction: as an
// extension when the server offers ours and the role may create it, else from the text in this
// program. Logs what it found and did. Safe to run twice, and from two places at once.
void InstallMissingSchemas(pg::Connection& connection);

}  // namespace londiste::node
