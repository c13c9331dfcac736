#include "londiste/output/copy_status.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>

#include "londiste/output/byte_count.h"
#include "londiste/output/duration.h"
#include "londiste/output/text_table.h"

namespace londiste::output {
namespace {

std::string Percent(double share) { return fmt::format("{:.0f} %", std::floor(100 * share)); }

std::string Rate(double rows_per_second) {
  return fmt::format("{:.{}f} rows/s", rows_per_second, rows_per_second < 10 ? 1 : 0);
}

}  // namespace

std::string CopyLine(const CopyStatus& copy) {
  if (!copy.rows_per_second) return copy.table + ": " + copy.phase;
  std::string line = fmt::format("{}: {}", copy.table, copy.rows);
  if (copy.share) {
    line += fmt::format(" of about {} rows ({})", copy.expected_rows, Percent(*copy.share));
  } else {
    line += " rows, " + Rate(*copy.rows_per_second);
  }
  if (copy.left) line += ", " + ShortDuration(*copy.left) + " left";
  return line;
}

std::string CopyTable(const std::vector<CopyStatus>& copies) {
  std::vector<std::vector<std::string>> rows;
  for (const CopyStatus& copy : copies) {
    rows.push_back({copy.table, copy.phase, std::to_string(copy.rows), FormatBytes(copy.bytes),
                    copy.share ? Percent(*copy.share) : "-",
                    copy.rows_per_second ? Rate(*copy.rows_per_second) : "-",
                    copy.left ? ShortDuration(*copy.left) : "-"});
  }
  return TextTable("Copies under way",
                   {"table_name", "phase", "rows", "size", "share", "rate", "left"}, rows);
}

}  // namespace londiste::output
