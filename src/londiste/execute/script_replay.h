// The worker's scripts: those that fit into the batch's transaction are run there; those that have
// to run in pieces are run between two parts of the batch, at their place among its events. What
// fails is noted for the commands that somebody decides with.
//
// Owned by the worker's handler, used on its thread.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cascade/batch_handler.h"
#include "londiste/execute/piecewise_run.h"
#include "londiste/execute/replay_execute.h"
#include "londiste/execute/script_progress.h"

namespace londiste::execute {

class ScriptReplay {
 public:
  ScriptReplay(std::string queue, Info info) : queue_(std::move(queue)), info_(std::move(info)) {}

  // What is stored may differ from what was read: a new session, a transaction that was rolled
  // back.
  void Forget() { known_ = false; }
  // A session was opened, and: is about to be closed. What has failed in it is noted then, if it
  // still can be.
  void Connected(pg::Connection& target);
  void Closing();
  // No transaction is open: what the node has noted is read, if it is not known.
  void BeforeNextBatch(pg::Connection& target);
  // A part of a batch is applied: nothing that goes by the position may be changed.
  bool in_a_batch() const { return progress_ && progress_->part_applied; }
  // Before a batch, no transaction is open: runs the script at which the last part of a batch has
  // ended, if there is one; true when it did. `before` and `after` are called in the transactions
  // of its pieces.
  bool OnBatch(const cascade::BatchContext& context, PiecewiseRun::InTransaction before,
               PiecewiseRun::InTransaction after);
  // SQL condition for what is not applied yet; "" for all.
  std::string Filter() const;

  // kAtPublished: also at what the root's event triggers publish, after which the provider may have
  // to be asked for other events.
  enum class Cut { kAtPieces, kAtPublished };
  bool StopsBefore(const pgq::Event& event, Cut cut) const;
  void StopBefore(const cascade::BatchContext& context, pqxx::transaction_base& tx,
                  const pgq::Event& event);
  void Replay(const cascade::BatchContext& context, pqxx::transaction_base& tx,
              const pgq::Event& event);
  // All of a batch is applied in `tx`.
  void Finish(const cascade::BatchContext& context, pqxx::transaction_base& tx);

 private:
  void Read(pg::Connection& target);
  bool MustRun(pg::Connection& target);
  void Store(pg::Connection& target);
  void DropOld(pg::Connection& target, pgq::TickId position);
  const ScriptProgress* Known(const pgq::Event& event) const;
  ScriptProgress Of(const cascade::BatchContext& context, const pgq::Event& event) const;
  [[noreturn]] void NoteFailure(const cascade::BatchContext& context, const pgq::Event& event);

  const std::string queue_;
  const Info info_;
  pg::Connection* target_ = nullptr;  // while there is one
  bool known_ = false;
  std::optional<ScriptProgress> progress_;  // as stored, once known
  std::optional<ScriptProgress> failed_;    // to be stored
};

}  // namespace londiste::execute
