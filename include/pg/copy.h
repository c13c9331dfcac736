// COPY streams on a connection, inside the caller's transaction. All waits end on Interrupt::Cancel
// (base::Interrupted).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "pg/connection.h"
#include "pg/result.h"

namespace pg {

class CopyOut {
 public:
  // Starts `copy … to stdout`. Throws pg::SqlError.
  CopyOut(Connection& connection, const std::string& sql);
  ~CopyOut();  // an unfinished stream is cancelled and drained; the transaction is then failed
  CopyOut(const CopyOut&) = delete;
  // The next chunk (one row per chunk for text format), valid until the next call; false at the
  // end, after the server's final status was checked.
  bool Next(std::string_view& chunk);

 private:
  Connection& connection_;
  char* buffer_ = nullptr;
  bool done_ = false;
};

class CopyIn {
 public:
  // Starts `copy … from stdin`.
  CopyIn(Connection& connection, const std::string& sql);
  // Goes on with one that was started and waits for its data.
  CopyIn(Connection& connection, const ResultPtr& started);
  ~CopyIn();  // not finished: ends the COPY with an error, so the server stores nothing
  CopyIn(const CopyIn&) = delete;
  void Write(std::string_view data);  // any split of the stream; buffers, applies back-pressure
  std::int64_t Finish();              // rows stored, by the server's command tag
  // Finish when other statements were sent with it (series.h): the answer, which may be a failure;
  // theirs come next.
  ResultPtr End();

 private:
  void Flush();
  Connection& connection_;
  std::string buffer_;
  bool done_ = false;
};

struct CopyCounters {
  std::int64_t bytes = 0;
  std::int64_t rows = 0;  // so far: pieces read; at the end: rows stored
};
// Relays a COPY OUT to a COPY IN until the end; `progress` is called about ten times a second,
// `change`, if there is one, with each chunk: what it returns is sent on.
CopyCounters RelayCopy(Connection& from, const std::string& copy_out_sql, Connection& to,
                       const std::string& copy_in_sql,
                       const std::function<void(const CopyCounters&)>& progress,
                       const std::function<std::string_view(std::string_view)>& change = {});

// Appends one field of COPY text format (escaped) to `out`; NULL as \N. The caller writes tabs and
// newlines.
void AppendCopyText(std::string& out, std::optional<std::string_view> value);

}  // namespace pg
