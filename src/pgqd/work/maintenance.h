// A round of maintenance in one database: what pgq.maint_operations() lists, one transaction each.
#pragma once

#include <optional>
#include <string>

#include "base/repeated_messages.h"
#include "pg/connection.h"

namespace pgqd {

struct Operation {
  std::string function;  // "schema.name", or "vacuum", "vacuum analyze"
  std::optional<std::string> argument;
  bool IsRotationCheck() const { return function == "pgq.maint_rotation_check"; }
  bool IsVacuum() const { return function == "vacuum" || function == "vacuum analyze"; }
  bool IsOurs() const {
    return IsVacuum() || function.starts_with("pgq.") || function.starts_with("pgq_node.") ||
           function.starts_with("londiste.");
  }
};

// The statement that runs the operation: `vacuum "s"."t"`, `select "s"."f"('arg')`, `select
// "s"."f"()`.
std::string OperationSql(const Operation& operation);
// Whether the function wants to be called again: its first column is a number other than 0.
bool WantsMore(const std::string& first_column);

// Runs the whole list. An operation that fails is logged and does not keep the others from running;
// losing the connection does. Returns whether all succeeded.
bool RunMaintenance(pg::Connection& connection, const std::string& database,
                    base::RepeatedMessages& failures);

// Moves due retry events until none is left; returns how many.
long MoveRetryEvents(pg::Connection& connection);

}  // namespace pgqd
