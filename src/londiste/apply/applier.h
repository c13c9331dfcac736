// Applies row events to tables of one database, inside the caller's transaction, with the effect of
// their order.
//
// fetch -> buffer rows -> decode -> plan per table -> write. A buffer of many events is written
// table by table: where a table has many events and allows it, as a set (SetWriter: the net effect
// with a few statements), else as an ordered stream (OrderedWriter: prepared statements per table,
// operation and column set in pipeline mode), and that is also what a set that fails falls back to.
// Sets of a full buffer are written by another thread while the next rows are buffered and folded;
// until Flush, FinishBatch or Abort has returned the connection may belong to that thread.
// One connection; lives as long as the worker (its plans survive batches and are dropped when a
// table's shape changes).
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "londiste/apply/apply_options.h"
#include "londiste/apply/apply_stats.h"
#include "londiste/apply/deferred_constraints.h"
#include "londiste/apply/folded_rows.h"
#include "londiste/apply/missing_rows.h"
#include "londiste/apply/ordered_writer.h"
#include "londiste/apply/origin_text.h"
#include "londiste/apply/plan_cache.h"
#include "londiste/apply/set_writer.h"
#include "londiste/apply/target_table.h"
#include "londiste/apply/truncation.h"
#include "pg/connection.h"
#include "pgq/event.h"

namespace londiste::apply {

class Applier : private handlers::BatchTarget {
 public:
  // `warn` receives lines for the log (missing rows by key, ...),
  // already rate-limited.
  Applier(pg::Connection& target, TargetTables& tables, ApplyOptions options,
          std::function<void(const std::string&)> warn);
  ~Applier() override;

  // How percent-encoded data of the events to come is to be read; nullptr: as it is. Between
  // batches.
  void SetOriginText(std::shared_ptr<const OriginText> text);

  // True for events this class handles: I, U, D, I:pk, {"op":…}, R.
  static bool IsDataEvent(const pgq::Event& event);

  void BeginBatch(pqxx::transaction_base& tx, Batch batch = {});
  // REQUIRES: IsDataEvent(event). Throws ApplyError naming table, event id, key, SQLSTATE.
  // The event is copied; it may not be executed yet when it returns, so what is wrong with it may
  // come out later.
  void Apply(const pgq::Event& event);
  // Everything given so far has been executed, a barrier.
  void Flush();
  // Flush, and constraints that wait for the end of the transaction are checked now: before what
  // may change or empty a table.
  void CheckConstraints();
  // Before the list of tables may change: everything is written under the names of now, and
  // handlers are done with what they know of the batch. No target of before is used again.
  void LeaveTargets();
  // Flush, then the counts since BeginBatch.
  ApplyStats FinishBatch();
  // Of the same time: rows that were not there, unless the policy is to ignore them. Valid until
  // the next BeginBatch.
  const MissingCounts& missing() const;
  // The same, to be counted from nothing again.
  MissingCounts TakeMissing();
  // Tables, by their name on the queue, of which it is news since the last call whether rows are
  // looked for without an index.
  std::vector<std::pair<std::string, bool>> TakeIndexNews();
  // The transaction was rolled back or the connection is gone.
  void Abort();
  // Between batches. The window of the pipeline stays.
  void Reconfigure(const ApplyOptions& options);
  // Table shapes may have changed (EXECUTE, DDL): forget plans.
  void ForgetPlans();

 private:
  using Reasons = std::vector<std::string>;  // for each set, why it is not written; "" when it is

  void Reset();
  void ForgetNow();
  pgq::Event InUtf8(pgq::Event event, const CachedTable& table, const TargetTable& target);
  handlers::EventUse AskHandler(TargetTable& target, handlers::TableEvent& event);
  void Deliver(const handlers::TableEvent& change, CachedTable& table,
               Missing missing = Missing::kTold);
  // For handlers. What they give to another table is written under the name of that table here.
  void Apply(const pgq::Event& event, const pg::QualifiedName& table, Missing missing) override;
  Session Statements() override;
  void Execute(const pgq::Event& event, const std::string& statement) override;
  const Batch& batch() const override { return batch_; }
  std::optional<NewKey> ReadNewKey(const pgq::Event& event) const override;
  bool BufferIsFull() const;
  void WriteCalls();
  void Truncate(CachedTable& table, const pgq::Event& event);
  void PassOn();
  void FinishUnderway();
  void Fold();
  void LoadShapes();
  void DeferConstraints();
  [[noreturn]] static void RaiseNoTable(const BufferedRows::Row& at);
  void Settle(FoldedRows& folded, const Reasons& reasons);
  void WriteOthers(FoldedRows& folded);

  pg::Connection& target_;
  TargetTables& tables_;
  ApplyOptions options_;                  // ordered_ looks at it, too
  pqxx::transaction_base* tx_ = nullptr;  // the batch's
  Batch batch_;
  TargetTable* asked_ = nullptr;        // whose handler is at work
  std::vector<TargetTable*> in_batch_;  // whose handlers know of the batch
  ApplyStats stats_;
  PlanCache plans_;
  OrderedWriter ordered_;
  Truncation truncation_;
  DeferredConstraints constraints_;
  SetWriter sets_;
  std::shared_ptr<const OriginText> origin_text_;
  std::string recoded_;  // data of the event in hand
  bool forget_ = false;
  std::size_t buffer_rows_ = 0;  // of the buffer that is filled
  // Statements of handlers; while there are any, nothing else is collected.
  BufferedRows calls_;
  FoldedRows collected_;
  // Its sets are being written by a thread of `writing_`, to which the session and sets_ belong
  // until FinishUnderway.
  FoldedRows underway_;
  std::future<Reasons> writing_;
};

}  // namespace londiste::apply
