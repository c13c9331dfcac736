// The SQL of a plan, with parameters for a prepared statement.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "londiste/apply/row_plan.h"

namespace londiste::apply {

// REQUIRES: the plan has an effect. Parameters are those of ParameterPlaces, in that order.
std::string StatementText(const RowPlan& plan);
// Indexes into RowEvent::columns().
std::vector<std::size_t> ParameterPlaces(const RowPlan& plan);

// The statement of an SQL fragment (sqltriga's data).
std::string FragmentText(const structure::TableShape& table, Operation operation,
                         std::string_view fragment);
// The table as DELETE, UPDATE, TRUNCATE and SELECT name it: `only "s"."t"` where children are
// tables of their own.
std::string TableText(const structure::TableShape& table);

}  // namespace londiste::apply
