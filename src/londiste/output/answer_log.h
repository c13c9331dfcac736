// What functions of the schemas pgq_node and londiste answer, in the log.
#pragma once

#include <pqxx/pqxx>

#include <string>

#include "cascade/node.h"

namespace londiste::output {

// Logs the note at the level that the code asks for: 1xx debug, 2xx info, others warning. `node`:
// where the function ran, when that is another node; becomes the prefix `[node] `.
void LogAnswer(const cascade::Answer& answer, const std::string& node = {});

// The same, but throws base::Error(note) from code 400. `hint`: goes with the error.
void ReportAnswer(const cascade::Answer& answer, const std::string& node = {},
                  const std::string& hint = {});

// The same, but commits before it says that something was done, and not at all when it failed.
void CommitAndReport(pqxx::work& tx, const cascade::Answer& answer, const std::string& node = {},
                     const std::string& hint = {});

}  // namespace londiste::output
