// Settings compare_sql and compare_fmt: a query of the user's that stands for the rows of a table.
#pragma once

#include <map>
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

// What it answered, as the format says. Throws base::Error for a name that is not among the values.
std::string CustomAnswer(const std::string& format,
                         const std::map<std::string, std::string>& values);

// SQL by which a transaction writes values as the database of `tx` says, and not by our fixed
// settings: sums are those that SkyTools and psql show. Names of objects stay qualified.
std::string OwnSettings(pqxx::transaction_base& tx);

// The query's one row, under such settings. Throws base::Error when there is another number of
// them, or the format names a column that it does not have.
std::string AskCustom(pqxx::transaction_base& tx, const CustomQuery& query,
                      const ComparedSide& side, const std::string& settings);

}  // namespace londiste::compare
