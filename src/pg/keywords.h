#pragma once

#include <string_view>

namespace pg {

// A key word that cannot stand unquoted as the name of a table or column, in any supported version
// of PostgreSQL.
bool IsReservedWord(std::string_view word);

}  // namespace pg
