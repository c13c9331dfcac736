#include "londiste/execute/decision.h"

#include "base/error.h"
#include "londiste/execute/script_progress.h"

namespace londiste::execute {
namespace {

ScriptProgress Find(pqxx::transaction_base& tx, const std::string& queue, const std::string& file) {
  const auto progress = ReadProgress(tx, queue);
  // On the root one that was interrupted has left no error.
  const bool stopped = progress && (!progress->error.empty() || !progress->event);
  if (stopped && progress->file == file) return *progress;
  throw base::Error("script \"" + file + "\" has not stopped this node of queue " + queue,
                    stopped ? "The script that has: \"" + progress->file + "\"."
                            : "No script has; command status tells what is wrong with each node.");
}

}  // namespace

void Decide(pqxx::transaction_base& tx, const std::string& queue, const std::string& file,
            Decision decision) {
  if (!KeepsProgress(tx))
    throw base::Error("this database's schema londiste cannot keep decisions on scripts",
                      "Update the schema: alter extension londiste update, or run londiste.sql of "
                      "this release again.");
  tx.exec("lock table londiste.execute_progress in share row exclusive mode");
  const ScriptProgress progress = Find(tx, queue, file);
  if (!progress.event) {
    if (decision == Decision::kSkip) RemoveProgress(tx, queue);
    return;
  }
  const char* word = decision == Decision::kSkip    ? "skip"
                     : decision == Decision::kForce ? "force"
                                                    : nullptr;
  tx.exec_params("update londiste.execute_progress set decision = $2 where queue_name = $1", queue,
                 word);
}

}  // namespace londiste::execute
