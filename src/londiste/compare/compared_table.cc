#include "londiste/compare/compared_table.h"

#include <fmt/format.h>

namespace londiste::compare {
namespace {

std::string KeyText(const Comparison& comparison, const DifferentRow& row) {
  std::string text;
  for (std::size_t i = 0; i < row.key.size(); ++i)
    text += (text.empty() ? "" : ", ") + comparison.key[i] + "=" + row.key[i].value_or("NULL");
  return text;
}

std::string ShortTotals(const SideTotals& totals) {
  if (!totals.answer.empty()) return totals.answer;
  return fmt::format("{} row{}", totals.rows, totals.rows == 1 ? "" : "s");
}

std::string Counts(const ComparisonResult& result) {
  if (result.counts.none())  // nobody asked which rows
    return ShortTotals(result.above) + " there, " + ShortTotals(result.below) + " here";
  return result.counts.ToString();
}

std::string List(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

// Its rows are not known any more.
std::string TextOfStored(const ComparedTable& table) {
  std::string text = table.table + ": ";
  if (table.equal())
    text += ShortTotals(table.result.below) + ", equal to";
  else
    text += "differs from";
  text += " node " + table.node + " at tick " + table.tick;
  if (!table.result.counts.none()) text += ": " + table.result.counts.ToString();
  return text + " (before the interruption" +
         (table.equal() ? "" : "; compare " + table.table + " lists the rows") + ")\n";
}

std::string TextOf(const ComparedTable& table, std::size_t most_rows) {
  if (!table.compared()) return table.table + ": not compared: " + table.reason + "\n";
  if (table.stored_verdict) return TextOfStored(table);
  const ComparisonResult& result = table.result;
  std::string text = table.table + ": ";
  if (result.counts.none() && (table.part || result.above == result.below))
    text += fmt::format("{}, {} node {} at tick {}\n", ShortTotals(result.below),
                        !result.below.answer.empty()    ? "the same on"
                        : result.below.checksum.empty() ? "equal in number to"
                                                        : "equal to",
                        table.node, table.tick);
  else
    text += fmt::format("differs from node {} at tick {}: {}\n", table.node, table.tick,
                        Counts(result));
  if (!table.unexplained.empty())
    text += "  columns that only node " + table.node + " has: " + List(table.unexplained) + "\n";
  std::size_t shown = 0;
  for (const DifferentRow& row : result.different) {
    if (shown++ == most_rows) {
      text += fmt::format("  ... and {} others, which --json lists\n",
                          result.different.size() - most_rows);
      break;
    }
    text += std::string("  ") + ToString(row.kind) + ": " + KeyText(table.comparison, row) + "\n";
  }
  return text;
}

}  // namespace

std::string TotalsText(const SideTotals& totals) {
  if (!totals.answer.empty()) return totals.answer;
  return fmt::format("{} rows", totals.rows) +
         (totals.checksum.empty() ? "" : ", checksum=" + totals.checksum);
}

std::string ComparisonText(const std::vector<ComparedTable>& tables, std::size_t most_rows) {
  std::string text;
  for (const ComparedTable& table : tables) text += TextOf(table, most_rows);
  return text;
}

}  // namespace londiste::compare
