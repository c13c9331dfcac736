#include "pgq/active_batch.h"

#include <algorithm>

namespace pgq {

ActiveBatch::ActiveBatch(pg::Connection& connection, const Batch& batch, const Source& source)
    : connection_(connection), batch_(batch), source_(source) {}

ActiveBatch::~ActiveBatch() = default;

bool ActiveBatch::Next(EventChunk& chunk) {
  if (read_) return false;
  // A cancel that came while the handler was at work elsewhere found no statement to end.
  connection_.interrupt().ThrowIfCancelled();
  if (!reader_)
    reader_ = std::make_unique<BatchReader>(connection_, batch_.id, ReadOptions{source_.fetch_rows},
                                            source_.filter);
  if (reader_->Next(chunk)) return true;
  EndReading();
  return false;
}

std::int64_t ActiveBatch::ForEach(const std::function<void(const Event&)>& visit) {
  std::int64_t count = 0;
  EventChunk chunk;
  while (Next(chunk)) {
    for (const Event& event : chunk.events()) visit(event);
    count += static_cast<std::int64_t>(chunk.size());
  }
  return count;
}

void ActiveBatch::Retry(EventId event, std::chrono::seconds delay) {
  const std::int64_t seconds = std::max<std::int64_t>(delay.count(), 0);
  std::string& ids = retries_["now() + interval '1 second' * " + std::to_string(seconds)];
  ids += (ids.empty() ? "" : ",") + base::ToString(event);
}

void ActiveBatch::RetryAt(EventId event, std::chrono::system_clock::time_point time) {
  const auto since_epoch =
      std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch());
  std::string& ids = retries_["timestamptz 'epoch' + interval '1 microsecond' * " +
                              std::to_string(since_epoch.count())];
  ids += (ids.empty() ? "" : ",") + base::ToString(event);
}

void ActiveBatch::RetryAll(std::chrono::seconds delay) {
  retry_all_s_ = std::max<std::int64_t>(delay.count(), 0);
}

std::string ActiveBatch::RetryStatements() const {
  if (retries_.empty() && !retry_all_s_) return {};
  // A server whose commits are not flushed at once may forget a retry that a target relies on.
  std::string sql =
      "select pg_catalog.set_config('synchronous_commit', 'on', true) "
      "where pg_catalog.current_setting('synchronous_commit') operator(pg_catalog.=) any "
      "('{off,local}'::pg_catalog.text[]); ";
  const std::string batch = base::ToString(batch_.id);
  for (const auto& [when, ids] : retries_)
    sql += "select pg_catalog.sum(pgq.event_retry(" + batch + ", id, " + when +
           ")) from pg_catalog.unnest('{" + ids + "}'::bigint[]) id; ";
  if (retry_all_s_)
    sql += "select pgq.batch_retry(" + batch + ", " + std::to_string(*retry_all_s_) + "); ";
  return sql;
}

void ActiveBatch::StoreRetries() {
  EndReading();
  const std::string statements = RetryStatements();
  if (statements.empty()) return;
  pg::ExecAutocommit(connection_, statements);  // one message: one transaction
  retries_.clear();
  retry_all_s_.reset();
}

void ActiveBatch::EndReading() {
  reader_.reset();
  read_ = true;
}

}  // namespace pgq
