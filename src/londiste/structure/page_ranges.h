// A table cut into ranges of pages, for sessions that read it side by side. Thread-safe: each
// session takes the next one.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace londiste::structure {

struct PageRange {
  std::int64_t first = 0;
  std::optional<std::int64_t> end;  // the page behind the last one; nothing: to the table's end
  // "ctid >= '(8,0)'::pg_catalog.tid and ctid < …"
  std::string Condition(const std::string& ctid = "ctid") const;
};

class PageRanges {
 public:
  // Several ranges a session, so that none ends long after the others, and not so many that
  // starting them costs. `bytes`: of the whole table, with what is stored out of line.
  PageRanges(std::int64_t pages, std::int64_t bytes, int sessions);

  std::optional<PageRange> Take();
  bool all_taken() const;

 private:
  const std::int64_t pages_, step_;
  mutable std::mutex mutex_;
  std::int64_t next_ = 0;
  bool all_taken_ = false;
};

}  // namespace londiste::structure
