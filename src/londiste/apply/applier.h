// Applies row events to tables of one database, inside the caller's transaction, with the effect of
// their order.
//
// fetch -> collect a piece -> decode -> plan per table -> write. A piece of many events is written
// table by table: where a table has many events and allows it, as a set (SetWriter: the net effect
// with a few statements), else as an ordered stream (OrderedWriter: prepared statements per table,
// operation and column set in pipeline mode), and that is also what a set that fails falls back to.
// Sets of a full piece are written by another thread while the next piece is collected and folded;
// until Flush, FinishBatch or Abort has returned the connection may belong to that thread.
// One connection; lives as long as the worker (its plans survive batches and are dropped when a
// table's shape changes).
#pragma once

#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "londiste/apply/missing_rows.h"
#include "londiste/apply/origin_text.h"
#include "pg/connection.h"
#include "pg/quote.h"
#include "pgq/batch.h"

namespace londiste::apply {

// Where the rows of an event go.
struct TargetTable {
  std::string queue_name;        // name on the queue, schema.table
  pg::QualifiedName dest;        // local name
  bool ignore_truncate = false;  // handler argument
  // Columns that events may have and this table may lack. Any other unknown column is an error.
  std::set<std::string, std::less<>> left_out{};
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
  std::string queue;  // for hints
  // Whether TRUNCATE empties tables that refer to the ones it names, too.
  bool truncate_cascade = false;
  MissingRow missing_row = MissingRow::kWarn;
  int pipeline_window = 1000;
  // Bytes of events kept before they are written, about; as much again while they are written.
  std::size_t piece_bytes = 48 << 20;
  // Events of the first piece of a batch, and of the largest ones: each is twice as large as the
  // one before. Small ones begin to be written soon, large ones cost few round trips: where these
  // are long, pieces grow faster, and to twice that size.
  std::size_t first_piece_rows = 50'000, piece_rows = 100'000;
  // A table with fewer events in a piece is written as a stream.
  std::size_t set_rows = 300;
  // Setting of the same name; see AskOrigin.
  std::string event_encoding = "UTF8";
};

struct ApplyStats {
  std::int64_t events = 0, ignored = 0, inserted = 0, updated = 0, deleted = 0, truncated = 0,
               missing = 0;
  std::int64_t in_sets = 0;      // events that were written as sets
  std::int64_t sets_undone = 0;  // sets that failed and were written as a stream
  friend bool operator==(const ApplyStats&, const ApplyStats&) = default;
};

class Applier {
 public:
  // `warn` receives lines for the log (missing rows by key, ...),
  // already rate-limited.
  Applier(pg::Connection& target, TargetTables& tables, ApplyOptions options,
          std::function<void(const std::string&)> warn);
  ~Applier();

  // How percent-encoded data of the events to come is to be read; nullptr: as it is. Between
  // batches.
  void SetOriginText(std::shared_ptr<const OriginText> text);

  // True for events this class handles: I, U, D, I:pk, {"op":…}, R.
  static bool IsDataEvent(const pgq::Event& event);

  void BeginBatch(pqxx::transaction_base& tx);
  // REQUIRES: IsDataEvent(event). Throws ApplyError naming table, event id, key, SQLSTATE.
  // The event is copied; it may not be executed yet when it returns, so what is wrong with it may
  // come out later.
  void Apply(const pgq::Event& event);
  // Everything given so far has been executed, a barrier.
  void Flush();
  // Flush, and constraints that wait for the end of the transaction are checked now: before what
  // may change or empty a table.
  void CheckConstraints();
  // Flush, then the counts since BeginBatch.
  ApplyStats FinishBatch();
  // Of the same time: rows that were not there, unless the policy is to ignore them. Valid until
  // the next BeginBatch.
  const MissingCounts& missing() const;
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
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace londiste::apply
