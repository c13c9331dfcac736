// The schema pgq in its two forms, for tests that install it by themselves.
#pragma once

#include <string>

#include "support/postgres_server.h"

namespace test_support {

enum class PgqForm { kC, kPlPgsql };

// The form that SKYTOOLS_PGQ=c in the environment asks for; otherwise the one without C.
PgqForm WantedPgqForm();

// The plain script. For kC the module is taken from the build, by a copy in the server's folder.
// Throws std::runtime_error when it has not been built.
std::string PgqSchema(PgqForm form, const PostgresServer& server);

}  // namespace test_support
