#include <chrono>

#include "pg/copy.h"

namespace pg {

CopyCounters RelayCopy(Connection& from, const std::string& copy_out_sql, Connection& to,
                       const std::string& copy_in_sql,
                       const std::function<void(const CopyCounters&)>& progress,
                       const std::function<std::string_view(std::string_view)>& change) {
  CopyCounters counters;
  CopyOut source(from, copy_out_sql);
  CopyIn target(to, copy_in_sql);
  auto report_at = base::Clock::now() + std::chrono::milliseconds(100);
  std::string_view chunk;
  while (source.Next(chunk)) {
    if (change) chunk = change(chunk);
    target.Write(chunk);
    counters.bytes += static_cast<std::int64_t>(chunk.size());
    // A look at the clock costs as much as a small row: every 64th is enough for large ones too.
    if (++counters.rows % 64 == 0 && base::Clock::now() >= report_at) {
      if (progress) progress(counters);
      report_at = base::Clock::now() + std::chrono::milliseconds(100);
    }
  }
  counters.rows = target.Finish();
  if (progress) progress(counters);
  return counters;
}

}  // namespace pg
