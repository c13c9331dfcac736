#include "londiste/execute/applied_script.h"

#include "base/error.h"
#include "cascade/node.h"

namespace londiste::execute {

std::optional<std::string> StartScript(pqxx::transaction_base& tx, const std::string& queue,
                                       const ScriptText& script, Expect expect) {
  constexpr int kGoOn = 200;  // the highest code that means it
  const cascade::Answer answer =
      cascade::Call(tx, "select * from londiste.execute_start($1, $2, $3, $4, $5)", queue,
                    script.file, script.sql, expect == Expect::kRoot,
                    script.attributes ? script.attributes->c_str() : nullptr);
  if (answer.failed())
    throw base::Error("could not execute \"" + script.file + "\": " + answer.note);
  if (answer.code > kGoOn) return answer.note;
  return std::nullopt;
}

void FinishScript(pqxx::transaction_base& tx, const std::string& queue, const std::string& file) {
  const cascade::Answer answer =
      cascade::Call(tx, "select * from londiste.execute_finish($1, $2)", queue, file);
  if (answer.failed()) throw base::Error("could not finish \"" + file + "\": " + answer.note);
}

bool IsApplied(pqxx::transaction_base& tx, const std::string& file) {
  return !tx.exec_params("select 1 from londiste.applied_execute where execute_file = $1", file)
              .empty();
}

}  // namespace londiste::execute
