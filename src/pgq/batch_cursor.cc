#include "pgq/batch_cursor.h"

#include <algorithm>

#include "pg/quote.h"

namespace pgq {
namespace {

constexpr const char* kCursor = "batch_walker";

// The answer, when the server has given one. Never waits for a server that is gone: cancelling the
// session's Interrupt ends it.
pg::ResultPtr NextResult(pg::Connection& connection) {
  return pg::ResultPtr(PQgetResult(connection.native()));
}

}  // namespace

BatchCursor::~BatchCursor() {
  if (fetching_) pg::DiscardAnswer(connection_);
}

EventChunk BatchCursor::Open(BatchId batch, int rows, std::size_t bytes,
                             const std::string& extra_where) {
  rows_ = std::max(rows, 1);
  transaction_ = std::make_unique<pqxx::read_transaction>(connection_);
  const std::string filter = extra_where.empty() ? "null" : pg::QuoteLiteral(extra_where);
  Send("select * from pgq.get_batch_cursor(" + base::ToString(batch) + ", '" + kCursor + "', " +
       std::to_string(rows_) + ", " + filter + ")");
  return Take(bytes);
}

EventChunk BatchCursor::Next(std::size_t bytes) {
  if (!fetching_) Send("fetch " + std::to_string(rows_) + " from " + kCursor);
  return Take(bytes);
}

void BatchCursor::Send(const std::string& sql) {
  connection_.interrupt().ThrowIfCancelled();  // the request may have come between two statements
  if (PQsendQuery(connection_.native(), sql.c_str()) == 0) pg::ThrowFailure(connection_, nullptr);
  PQsetSingleRowMode(connection_.native());
  fetching_ = true;
  asked_ = rows_;
  got_ = 0;
}

EventChunk BatchCursor::Take(std::size_t bytes) {
  EventChunk chunk;
  while (chunk.size() == 0 || chunk.bytes() < bytes) {
    pg::ResultPtr result = NextResult(connection_);
    if (result && PQresultStatus(result.get()) == PGRES_SINGLE_TUPLE) {
      ++got_;
      chunk.Add(result.release());
      continue;
    }
    fetching_ = false;
    const bool failed = !result || pg::IsFailure(result.get());
    while (NextResult(connection_)) {
    }
    if (failed) pg::ThrowFailure(connection_, result.get());
    FetchIsOver();
    break;
  }
  return chunk;
}

void BatchCursor::FetchIsOver() {
  if (got_ >= asked_) return;
  transaction_->commit();
  transaction_.reset();
}

}  // namespace pgq
