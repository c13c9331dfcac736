// The encoding of a session's database.
#pragma once

#include <string>

#include "pg/connection.h"

namespace pg {

// PostgreSQL's name, as UTF8. In a database in SQL_ASCII texts are whatever bytes it holds, and
// come and go as they are; with all others they are UTF-8 on our side.
std::string ServerEncoding(const Connection& connection);
// That of the texts which come from the session, SQL_ASCII or UTF8.
std::string ClientEncoding(const Connection& connection);

}  // namespace pg
