// How the rows of one kind (table, operation, column set, which key columns are NULL) go into a
// table; says nothing of the means.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "londiste/apply/row_event.h"
#include "londiste/structure/table_shape.h"

namespace londiste::apply {

struct PlannedColumn {
  std::size_t in_event;                  // index into RowEvent::columns()
  const structure::TableColumn* column;  // of RowPlan::table
  bool is_null = false;                  // keys only: compared with `is null`
};

struct RowPlan {
  std::int64_t id = 0;  // unique for the life of the applier
  Operation operation = Operation::kInsert;
  std::shared_ptr<const structure::TableShape> table;  // shared by the table's plans
  std::vector<PlannedColumn> values;                   // insert: the new row; update: the set list
  std::vector<PlannedColumn> keys;                     // update, delete
  // For writing many rows at once: the columns of the event that an insert of this row would store
  // (insert, update), and its key (empty when the event does not tell or has it not). The former
  // begin with the key columns, in the key's order.
  std::vector<PlannedColumn> whole_row, row_keys;
  bool changes_key = false;
  // An update that sets nothing (all its columns are generated, not here, or keys that can only be
  // what they were).
  bool no_effect() const { return operation == Operation::kUpdate && values.empty(); }
};

// Equal for rows that can share a plan.
void AppendSignature(std::string& out, const RowEvent& row);

// Throws base::Error when the key is missing in the event or in the table.
RowPlan MakeRowPlan(std::int64_t id, std::shared_ptr<const structure::TableShape> table,
                    const RowEvent& row);

// Names of the event's columns that the table does not have.
std::vector<std::string> ColumnsNotInTable(const structure::TableShape& table, const RowEvent& row);

}  // namespace londiste::apply
