#include "pgq/batch.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "pgq/batch_cursor.h"
#include "pgq/batch_sql.h"
#include "pgq/read_ahead.h"

namespace pgq {
namespace {

// Without a thread the session is free for others between two pieces, so a FETCH is taken whole,
// and the next one is to bring no more than this, about.
constexpr std::size_t kLargeFetch = 16 << 20;
constexpr std::size_t kWholeFetch = std::numeric_limits<std::size_t>::max();

}  // namespace

std::optional<Batch> NextBatch(pg::Connection& connection, const std::string& queue,
                               const std::string& consumer, const BatchSize& size) {
  return ParseBatch(pg::ExecAutocommit(connection, NextBatchCall({queue, consumer, size, {}})));
}

std::optional<Batch> FinishAndNextBatch(pg::Connection& connection, BatchId finished,
                                        const std::string& queue, const std::string& consumer,
                                        const BatchSize& size) {
  return ParseBatch(pg::ExecAutocommit(connection, "begin; " + FinishCall(finished) + "; commit; " +
                                                       NextBatchCall({queue, consumer, size, {}})));
}

bool FinishBatch(pg::Connection& connection, BatchId batch) {
  const pqxx::result result = pg::ExecAutocommit(connection, FinishCall(batch));
  return !result.empty() && result[0][0].as<std::int64_t>(0) == 1;
}

OpenedBatch OpenNextBatch(pg::Connection& connection, const BatchRequest& request,
                          const ReadOptions& options, const std::string& extra_where) {
  OpenedBatch opened;
  std::unique_ptr<BatchReader> reader(new BatchReader(connection, options, extra_where));
  opened.batch = reader->cursor_->OpenNext(request, options.fetch_rows, reader->first_bytes(),
                                           extra_where, reader->first_chunk_);
  if (opened.batch) opened.reader = std::move(reader);
  return opened;
}

BatchReader::BatchReader(pg::Connection& connection, const ReadOptions& options,
                         std::string extra_where)
    : cursor_(std::make_unique<BatchCursor>(connection)),
      options_(options),
      extra_where_(std::move(extra_where)) {}

BatchReader::BatchReader(pg::Connection& connection, BatchId batch, const ReadOptions& options,
                         const std::string& extra_where)
    : BatchReader(connection, options, extra_where) {
  first_chunk_ = cursor_->Open(batch, options.fetch_rows, first_bytes(), extra_where);
}

BatchReader::~BatchReader() = default;

std::size_t BatchReader::first_bytes() const {
  return options_.ahead_bytes > 0 ? ReadAhead::PieceBytes(options_.ahead_bytes) : kWholeFetch;
}

bool BatchReader::Next(EventChunk& chunk) {
  if (first_) {
    first_ = false;
    chunk = std::move(first_chunk_);
    if (options_.ahead_bytes > 0 && !cursor_->at_end())
      ahead_ = std::make_unique<ReadAhead>(*cursor_, options_.ahead_bytes);
  } else if (ahead_) {
    return ahead_->Next(chunk);
  } else {
    chunk = cursor_->at_end() ? EventChunk() : cursor_->Next(kWholeFetch);
    if (chunk.size() > 0)
      cursor_->set_rows(std::min(std::max(options_.fetch_rows, 1),
                                 ReadAhead::RowsOfOnePiece(chunk, kLargeFetch)));
  }
  return chunk.size() > 0;
}

}  // namespace pgq
