// The statements by which a server adds up, and lists, rows of a table as hashes of their text.
//
// The text of a row is what the server writes for row(...) under the fixed settings of our
// sessions, whatever database, locale and collation; two 64-bit hashes with different seeds
// (hashtextextended) stand for it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "londiste/compare/bucket_sums.h"
#include "londiste/compare/comparison.h"
#include "londiste/compare/piece.h"

namespace londiste::compare {

// `from ... where ...`, of the piece's rows that are compared, as `t`. Where the piece has values,
// those are.
std::string FromPiece(const ComparedSide& side, const Piece& piece, const std::string& condition);

// Only the rows of `wanted` buckets, of `buckets` in all.
struct SomeBuckets {
  std::int64_t buckets = 1;
  std::span<const std::int64_t> wanted{};
};

// Columns: bucket, rows, sum of the first hash, sum of the second. `among`: other rows are left
// out; its number of buckets divides `buckets`.
std::string SumsSql(const Comparison& comparison, const ComparedSide& side, const Piece& piece,
                    std::int64_t buckets, const SomeBuckets& among = {});

// The same columns, with all rows in one bucket and no hashes.
std::string CountSql(const ComparedSide& side, const Piece& piece);
// A row of either, but for its bucket.
Sums ReadSums(const pqxx::row& row);

// Rows of some buckets. Columns: the key's values as text, and both hashes.
std::string RowsSql(const Comparison& comparison, const ComparedSide& side, const Piece& piece,
                    const SomeBuckets& among);

}  // namespace londiste::compare
