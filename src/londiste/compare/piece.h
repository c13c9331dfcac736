// A table in pieces, for sessions that read them side by side.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "londiste/structure/page_ranges.h"
#include "pg/connection.h"
#include "pg/quote.h"

namespace londiste::compare {

// A relation that holds rows, or some pages of one.
struct Piece {
  unsigned oid = 0;
  pg::QualifiedName relation{};
  bool only = true;  // not with what inherits from it
  std::optional<structure::PageRange> range{};
  std::int64_t bytes = 0;  // as a guess
  std::string values{};    // SQL in parentheses that stands for rows of it; ""
};

// A partitioned table's pieces are in its partitions. As the transaction's snapshot shows them.
// `readers`: sessions that are going to read. Throws base::Error `table "…" does not exist on …`.
struct Pieces {
  std::vector<Piece> pieces;
  std::int64_t rows = 0;  // as a guess
  std::int64_t bytes = 0;
};
Pieces ReadPieces(pqxx::transaction_base& tx, const pg::QualifiedName& table,
                  const std::string& node, int server_major, int readers);

// The size of a table with its partitions, as the statistics have it: nobody's lock is waited for.
std::int64_t BytesOf(pqxx::transaction_base& tx, const pg::QualifiedName& table);

}  // namespace londiste::compare
