// Scripts run on the root, and put on its queue for all other nodes.
//
// Lives for one command, on the thread of the connection.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "londiste/execute/applied_script.h"
#include "londiste/execute/replay_execute.h"
#include "londiste/execute/script.h"
#include "londiste/execute/script_progress.h"

namespace londiste::execute {

class RootExecution {
 public:
  RootExecution(pg::Connection& connection, std::string queue,
                std::chrono::milliseconds lock_timeout, Info info)
      : connection_(connection),
        queue_(std::move(queue)),
        lock_timeout_(lock_timeout),
        info_(std::move(info)) {}

  // In this order; those that run whole and follow each other in one transaction. A script that was
  // executed before is skipped; one that was interrupted between its pieces goes on. Throws
  // ScriptFailure; base::Error for a queue whose root is not here.
  void Run(const std::vector<ScriptText>& scripts);
  // Goes on with the script that was interrupted. Throws base::Error when there is none.
  void Resume();

 private:
  void RunWhole(const std::vector<const ScriptText*>& scripts);
  void RunHere(pqxx::transaction_base& tx, const ScriptText& script);
  void RunInPieces(const ScriptText& script);
  void RunPieces(ScriptProgress progress);
  bool IsForOthersOnly(const ScriptText& script);
  std::optional<ScriptProgress> Unfinished();
  void Send(ScriptProgress& progress);
  void GiveUp();
  void TakeTurn();
  std::string LockTimeout() const;

  pg::Connection& connection_;
  const std::string queue_;
  const std::chrono::milliseconds lock_timeout_;
  const Info info_;
};

}  // namespace londiste::execute
