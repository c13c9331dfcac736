// Applies row events to tables of one database, inside the caller's transaction, in event order.
//
// fetch -> decode -> plan per table -> write. Decoding and planning know nothing of how rows are
// written; a RowWriter does that. Today's writer is the ordered stream (prepared statements per
// table, operation and column set in pipeline mode); a set-based one can stand beside it. One
// thread, one connection; lives as long as the worker (its plans survive batches and are dropped
// when a table's shape changes).
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>

#include "pg/connection.h"
#include "pg/quote.h"
#include "pgq/batch.h"

namespace londiste::apply {

// Where the rows of an event go.
struct TargetTable {
  std::string queue_name;        // name on the queue, schema.table
  pg::QualifiedName dest;        // local name
  bool ignore_truncate = false;  // handler argument
};

// Decides for each event whether and where it is applied. Implemented by the main worker and by a
// table copy.
class TargetTables {
 public:
  virtual ~TargetTables() = default;
  // nullptr: not for us, ignore the event (counted).
  virtual const TargetTable* Resolve(std::string_view queue_table, pgq::Txid txid) = 0;
};

enum class MissingRow { kWarn, kError, kIgnore };

struct ApplyOptions {
  MissingRow missing_row = MissingRow::kWarn;
  int pipeline_window = 1000;
};

struct ApplyStats {
  std::int64_t events = 0, ignored = 0, inserted = 0, updated = 0, deleted = 0, truncated = 0,
               missing = 0;
};

class Applier {
 public:
  // `warn` receives lines for the log (missing rows by key, columns that are not here, ...),
  // already rate-limited.
  Applier(pg::Connection& target, TargetTables& tables, ApplyOptions options,
          std::function<void(const std::string&)> warn);
  ~Applier();

  // True for events this class handles: I, U, D, I:pk, {"op":…}, R.
  static bool IsDataEvent(const pgq::Event& event);

  void BeginBatch(pqxx::transaction_base& tx);
  // REQUIRES: IsDataEvent(event). Throws ApplyError naming table, event id, key, SQLSTATE.
  // Statements may still be under way when it returns.
  void Apply(const pgq::Event& event);
  // Everything given so far has been executed (a barrier, and at the end of each chunk whose memory
  // goes away).
  void Flush();
  // Flush, then the counts since BeginBatch.
  ApplyStats FinishBatch();
  // The transaction was rolled back or the connection is gone.
  void Abort();
  // Table shapes may have changed (EXECUTE, DDL): forget plans.
  void ForgetPlans();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace londiste::apply
