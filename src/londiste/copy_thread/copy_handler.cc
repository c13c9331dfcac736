#include "londiste/copy_thread/copy_handler.h"

#include "londiste/apply/missing_rows_store.h"
#include "londiste/tables/event_names.h"
#include "pg/qualified_name.h"
#include "pg/quote.h"

namespace londiste::copy_thread {
CopyHandler::CopyHandler(pg::Connection& target, apply::TargetTable table, pgq::Snapshot snapshot,
                         const apply::ApplyOptions& options,
                         std::function<void(const std::string&)> warn)
    : table_(std::move(table)),
      name_(pg::QualifiedName::Parse(table_.table.name)),
      snapshot_(std::move(snapshot)),
      filter_("ev_extra1 in (" + tables::QuotedEventNames({table_.table.name}) + ")"),
      applier_(target, *this, options, std::move(warn)) {}

apply::TargetTable* CopyHandler::Resolve(std::string_view queue_table, pgq::Txid txid) {
  if (snapshot_.Contains(txid)) return nullptr;
  if (queue_table == table_.table.name) return &table_;
  return pg::QualifiedName::Parse(queue_table) == name_ ? &table_ : nullptr;
}

void CopyHandler::Begin(const cascade::BatchContext& context, pqxx::transaction_base& tx) {
  in_batch_ = 0;
  applier_.BeginBatch(tx, {context.batch.tick, context.batch.tick_time});
}

void CopyHandler::Apply(const cascade::BatchContext&, pqxx::transaction_base&,
                        std::span<const pgq::Event> events) {
  for (const pgq::Event& event : events)
    if (apply::Applier::IsDataEvent(event)) applier_.Apply(event);
}

void CopyHandler::Flush(const cascade::BatchContext&, pqxx::transaction_base&) { applier_.Flush(); }

void CopyHandler::Finish(const cascade::BatchContext& context, pqxx::transaction_base& tx) {
  const apply::ApplyStats stats = applier_.FinishBatch();
  apply::StoreMissingRows(tx, context.node.queue, applier_.missing());
  in_batch_ = stats.events - stats.ignored;
}

void CopyHandler::Committed(const cascade::BatchContext&) { events_ += in_batch_; }

void CopyHandler::RolledBack() { applier_.Abort(); }

}  // namespace londiste::copy_thread
