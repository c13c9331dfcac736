// Row events in their order: decoded, planned and given to the stream of prepared statements. What
// comes back is counted, rows that were missing are told, and an error names its event.
//
// Part of Applier, which owns it and what it refers to; inside the batch's transaction.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "londiste/apply/apply_error.h"
#include "londiste/apply/apply_options.h"
#include "londiste/apply/apply_stats.h"
#include "londiste/apply/buffered_rows.h"
#include "londiste/apply/missing_rows.h"
#include "londiste/apply/plan_cache.h"
#include "londiste/apply/row_event.h"
#include "londiste/apply/stream_writer.h"

namespace londiste::apply {

class OrderedWriter {
 public:
  OrderedWriter(pg::Connection& target, const ApplyOptions& options, PlanCache& plans,
                ApplyStats& stats, const std::function<void(const std::string&)>& warn);

  // REQUIRES: the row's table has a shape. Throws ApplyError.
  void Write(const BufferedRows::Row& row);
  // The statement that stands for the row, whatever the row is.
  void WriteStatement(const BufferedRows::Row& row);
  // Everything has been executed.
  void Flush();
  // Lines for the log about rows that were missing, now and then.
  void Summarise() { missing_.Summarise(base::Clock::now()); }
  // Rows that were missing since Committed or RolledBack.
  const MissingCounts& missing() const { return missing_counts_; }
  MissingCounts TakeMissing() { return std::exchange(missing_counts_, {}); }

  // The transaction is gone with everything not flushed.
  void Abandon();
  // The batch: what was counted is forgotten.
  void Committed();
  void RolledBack();
  // Plans made so far will not be used again. REQUIRES: flushed or abandoned.
  void Forget() { stream_.Forget(); }

 private:
  struct InFlight {
    HeldEvent event;
    CachedTable* table;
    std::optional<Operation> operation;  // not of a statement
    ApplyError Describe(const pg::SqlError& cause) const;
  };
  const RowPlan& PlanFor(CachedTable& table);
  void WriteRow(CachedTable& table, const RowPlan& plan, const HeldEvent& event);
  void WriteFragment(CachedTable& table, const HeldEvent& event);
  std::int64_t Enlist(CachedTable& table, const HeldEvent& event,
                      std::optional<Operation> operation);
  void Done(std::int64_t rows);
  void Missing(const InFlight& done);
  void RaiseMissingRow();
  template <class Action>
  void WithErrors(Action action);

  pg::Connection& target_;
  const ApplyOptions& options_;
  PlanCache& plans_;
  ApplyStats& stats_;
  MissingRows missing_;
  MissingCounts missing_counts_;
  RowEvent row_;
  // Sent and not yet answered, in order; the first one's tag is first_tag_.
  std::deque<InFlight> in_flight_;
  std::int64_t first_tag_ = 0;
  std::unique_ptr<ApplyError> raise_;
  StreamWriter stream_;  // last: its callback uses the above
};

// Fills `row`. Throws ApplyError for an event that cannot be read.
void DecodeHeldEvent(RowEvent& row, const HeldEvent& event, const CachedTable& table);
pg::SqlError NoSuchTable(const CachedTable& table);
// "could not apply event 5 (U) to table "public.t", key (id=1): <cause>"
ApplyError DescribeFailure(const HeldEvent& event, char operation, const CachedTable& table,
                           const std::string& key, const pg::SqlError& cause);

}  // namespace londiste::apply
