// How far the copies under way are, as `tables` and `status` show it. Pure text.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace londiste::output {

struct CopyStatus {
  std::string table;
  std::string phase;  // "copying", "index orders_pkey", "catching up"
  std::int64_t rows = 0, bytes = 0;
  // Only while rows come, and as far as they can be guessed.
  std::int64_t expected_rows = 0;
  std::optional<double> rows_per_second, share;
  std::optional<std::chrono::seconds> left;
};

// "public.orders: 1200000 of about 3000000 rows (40 %), 15s left"; the phase where no rows come.
std::string CopyLine(const CopyStatus& copy);
// All of them below a title, "-" for what is not known; "" when there are none.
std::string CopyTable(const std::vector<CopyStatus>& copies);

}  // namespace londiste::output
