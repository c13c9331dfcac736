// What a script would do in a database, which is only asked.
#pragma once

#include <string>
#include <vector>

#include "londiste/execute/applied_script.h"
#include "pg/connection.h"

namespace londiste::execute {

struct ScriptPreview {
  enum class Verdict { kRun, kSkip, kPartial, kApplied, kUnfinished };
  Verdict verdict = Verdict::kRun;
  std::string detail = {};  // of kPartial, kUnfinished
};
std::string ToString(ScriptPreview::Verdict verdict);  // "run", "skip", …

ScriptPreview Preview(pqxx::transaction_base& tx, const std::string& queue,
                      const ScriptText& script);

// `statement 2 at line 3 (vacuum t)`: those that run outside a transaction, and those behind which
// the transaction ends.
std::vector<std::string> CutsOf(const ScriptText& script);

}  // namespace londiste::execute
