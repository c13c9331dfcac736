#include "pgq/batch_cursor.h"

#include <algorithm>

#include "pg/quote.h"
#include "pg/result.h"
#include "pgq/batch_sql.h"

namespace pgq {
namespace {

constexpr const char* kCursor = "batch_walker";

// The answer, when the server has given one. Never waits for a server that is gone: cancelling the
// session's Interrupt ends it.
pg::ResultPtr NextResult(pg::Connection& connection) {
  return pg::ResultPtr(PQgetResult(connection.native()));
}

std::string OpenSql(const std::string& batch, int rows, const std::string& extra_where) {
  return "begin read only; select * from pgq.get_batch_cursor(" + batch + ", '" + kCursor + "', " +
         std::to_string(rows) + ", " +
         (extra_where.empty() ? "null" : pg::QuoteLiteral(extra_where)) + ")";
}

}  // namespace

BatchCursor::~BatchCursor() {
  if (at_end_) return;
  if (fetching_) pg::DiscardAnswer(connection_);
  const auto status = PQtransactionStatus(connection_.native());
  if (status == PQTRANS_INTRANS || status == PQTRANS_INERROR)
    pg::ResultPtr(PQexec(connection_.native(), "rollback"));
}

EventChunk BatchCursor::Open(BatchId batch, int rows, std::size_t bytes,
                             const std::string& extra_where) {
  rows_ = std::max(rows, 1);
  Send(OpenSql(base::ToString(batch), rows_, extra_where));
  return Take(bytes);
}

std::optional<Batch> BatchCursor::OpenNext(const BatchRequest& request, int rows, std::size_t bytes,
                                           const std::string& extra_where, EventChunk& events) {
  rows_ = std::max(rows, 1);
  Send("begin; " +
       (request.finished ? FinishCall(*request.finished) + "; commit; begin; " : std::string()) +
       NextBatchNotedCall(request) + "; commit; " + OpenSql(NotedBatch(), rows_, extra_where));
  if (request.finished) TakeRow();
  const std::optional<Batch> batch = ParseBatch(TakeRow().get());
  events = Take(bytes);
  return batch;
}

EventChunk BatchCursor::Next(std::size_t bytes) {
  if (fetching_) return Take(bytes);
  const std::string fetch = "fetch " + std::to_string(rows_) + " from " + kCursor + "; ";
  std::string sql;
  for (int i = 0; i < fetches_; ++i) sql += fetch;
  Send(sql, fetches_);
  return Take(bytes);
}

void BatchCursor::Send(const std::string& sql, int fetches) {
  connection_.interrupt().ThrowIfCancelled();  // the request may have come between two statements
  while (NextResult(connection_)) {            // of the transaction before
  }
  if (PQsendQuery(connection_.native(), sql.c_str()) == 0) pg::ThrowFailure(connection_, nullptr);
  PQsetSingleRowMode(connection_.native());
  fetching_ = true;
  unanswered_ = fetches;
  missing_ = std::int64_t{rows_} * fetches;
}

// The only row of the next statement that has any.
pg::ResultPtr BatchCursor::TakeRow() {
  pg::ResultPtr row;
  for (;;) {
    pg::ResultPtr result = NextResult(connection_);
    if (!result || pg::IsFailure(result.get())) Fail(result.get());
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK) return row;
    if (status == PGRES_SINGLE_TUPLE) row = std::move(result);
  }
}

EventChunk BatchCursor::Take(std::size_t bytes) {
  EventChunk chunk;
  while (chunk.size() == 0 || chunk.bytes() < bytes) {
    pg::ResultPtr result = NextResult(connection_);
    if (!result && unanswered_ == 0) {
      fetching_ = false;
      if (missing_ > 0) End();
      break;
    }
    if (!result || pg::IsFailure(result.get())) Fail(result.get());
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_TUPLES_OK) --unanswered_;
    if (status != PGRES_SINGLE_TUPLE) continue;
    --missing_;
    chunk.Add(result.release());
  }
  return chunk;
}

void BatchCursor::Fail(const PGresult* result) {
  while (NextResult(connection_)) {
  }
  fetching_ = false;
  pg::ThrowFailure(connection_, result);
}

void BatchCursor::End() {
  at_end_ = true;
  if (PQsendQuery(connection_.native(), "commit") == 0) pg::ThrowFailure(connection_, nullptr);
}

}  // namespace pgq
