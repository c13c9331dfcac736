// Several statements in one message, so that they cost one round trip together.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "pg/copy.h"
#include "pg/result.h"

namespace pg {

// Called when a COPY from stdin waits for its data, with its place among the statements: writes
// them, and leaves the end to the caller. What it throws ends the COPY with an error.
using OnCopy = std::function<void(std::size_t statement, CopyIn& copy)>;

// Runs the statements of `sql`; an answer for each, in order. Each COPY costs one more round trip,
// as the server reads its data before it looks at the next statement. When a statement fails, those
// behind it are not run, and it throws as ExecNative does.
std::vector<ResultPtr> ExecSeries(Connection& connection, const std::string& sql,
                                  const OnCopy& on_copy = {});

}  // namespace pg
