// When a table is copied in ranges of pages by several sessions, and what that may cost.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace londiste::copy {

struct RangeOptions {
  std::vector<std::string> patterns;  // of tables; one without a dot means schema public
  int sessions = 1;                   // on either side; 1: never in ranges
  std::int64_t min_bytes = 0;  // on the source, for tables that match no pattern; 0: those only
  std::int64_t index_memory = 256 << 20;  // bytes, shared by the sessions that build indexes

  // `table`: schema.table.
  bool Names(std::string_view table) const;
};

}  // namespace londiste::copy
