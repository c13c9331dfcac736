// The rows of a source in SQL_ASCII, which may hold any bytes, on their way to a target that takes
// UTF-8 only.
#pragma once

#include <functional>
#include <string_view>

#include "londiste/copy/column_plan.h"
#include "pg/connection.h"

namespace londiste::copy {

// Looks at a row in COPY's text format, with the columns of `plan`. Throws
// base::Error naming table, key and the first column that is no UTF-8. Empty where every text of
// the source is text for the target; else `plan` is made to copy as text.
std::function<void(std::string_view)> RowInspection(const pg::Connection& source,
                                                    const pg::Connection& target,
                                                    const Relation& from, ColumnPlan& plan);

}  // namespace londiste::copy
