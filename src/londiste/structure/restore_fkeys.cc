#include "londiste/structure/restore_fkeys.h"

#include <spdlog/spdlog.h>

#include "londiste/structure/fkeys.h"
#include "pg/error.h"

namespace londiste::structure {

void RestoreFkeysLeft(pg::Connection& connection, const std::string& queue) {
  try {
    for (const FkeyFailure& failure : RestoreFkeys(
             connection, queue, [](const std::string& line) { spdlog::info("{}", line); })) {
      spdlog::warn("foreign key {} of table {} was dropped for a copy and cannot be restored: {}",
                   failure.name, failure.from_table, failure.message);
      spdlog::warn("HINT:  Correct the rows, then run: select londiste.restore_table_fkey({}, {});",
                   pg::QuoteLiteral(failure.from_table), pg::QuoteLiteral(failure.name));
    }
  } catch (const pqxx::sql_error&) {
    spdlog::warn("foreign keys were not restored: {}", pg::DescribeCurrentFailure().message);
  }
}

}  // namespace londiste::structure
