#pragma once

#include <libpq-fe.h>

#include "pg/error.h"

namespace pg {

// The server's fields of a PGRES_FATAL_ERROR.
SqlError MakeSqlError(const PGresult* result);

}  // namespace pg
