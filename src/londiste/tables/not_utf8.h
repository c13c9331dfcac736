// What to do about a value that this node's database cannot take.
#pragma once

namespace londiste::tables {

inline constexpr const char* kNotUtf8Hint =
    "The value comes from a database in SQL_ASCII, which may hold any bytes. Write it there in "
    "UTF-8 (see convert_from and convert_to), or use a database in SQL_ASCII here, too.";

}  // namespace londiste::tables
