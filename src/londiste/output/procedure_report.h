// Procedures of the cascade as people and programs read them.
#pragma once

#include <string>

#include "cascade/procedure.h"

namespace londiste::output {

// What speaks against it, and its steps as a table.
std::string ProcedureText(const cascade::ProcedureReport& report);
// The same for programs.
std::string ProcedureJson(const cascade::ProcedureReport& report);

}  // namespace londiste::output
