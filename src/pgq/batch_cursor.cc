#include "pgq/batch_cursor.h"

#include <algorithm>

#include "pg/quote.h"
#include "pg/result.h"

namespace pgq {
namespace {

constexpr const char* kCursor = "batch_walker";

}  // namespace

EventChunk BatchCursor::Open(BatchId batch, int rows, const std::string& extra_where) {
  rows_ = std::max(rows, 1);
  transaction_ = std::make_unique<pqxx::read_transaction>(connection_);
  const std::string filter = extra_where.empty() ? "null" : pg::QuoteLiteral(extra_where);
  return Take("select * from pgq.get_batch_cursor(" + base::ToString(batch) + ", '" + kCursor +
              "', " + std::to_string(rows_) + ", " + filter + ")");
}

EventChunk BatchCursor::Fetch() {
  return Take("fetch " + std::to_string(rows_) + " from " + kCursor);
}

EventChunk BatchCursor::Take(const std::string& sql) {
  connection_.interrupt().ThrowIfCancelled();  // the request may have come between two statements
  EventChunk chunk(pg::ExecNative(connection_, sql).release());
  if (chunk.size() < static_cast<std::size_t>(rows_)) {
    transaction_->commit();
    transaction_.reset();
  }
  return chunk;
}

}  // namespace pgq
