// Settings compare_sql and compare_fmt: a query of the user's that stands for the rows of a table.
#pragma once

#include <string>

#include "londiste/compare/comparison.h"
#include "pg/connection.h"

namespace londiste::compare {

struct CustomQuery {
  std::string sql;     // with _TABLE_ and _COLS_; "": there is none
  std::string format;  // "%(cnt)d rows, checksum=%(chksum)s"
};

// With the condition that the table's handler has for its rows.
std::string CustomSql(const CustomQuery& query, const ComparedSide& side);

// The query's one row. Throws base::Error when there is another number of them, or the format names
// a column that it does not have.
std::string AskCustom(pqxx::transaction_base& tx, const CustomQuery& query,
                      const ComparedSide& side);

}  // namespace londiste::compare
