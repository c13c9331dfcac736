// Statements that the server runs outside transactions only, run so that a kill at any moment
// neither repeats nor skips one.
#pragma once

#include <string>

#include "londiste/execute/script.h"
#include "londiste/execute/script_progress.h"

namespace londiste::execute {

// Runs the statement at which `progress` stands, and moves it on: noted as running before, as done
// after, each in a commit of its own. When it was noted as running, looks in the catalogue for what
// became of it first. What a failed or interrupted statement left behind (an invalid index) is
// taken away. REQUIRES: no transaction open; the session has the script's settings. Throws
// ScriptFailure.
void RunOutsideTransaction(pg::Connection& connection, const std::string& queue,
                           const Script& script, ScriptProgress& progress);

}  // namespace londiste::execute
