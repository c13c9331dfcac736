#include "londiste/compare/table_comparison.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>

#include "base/cancellable_thread.h"
#include "londiste/compare/bucket_sums.h"
#include "londiste/compare/key_order.h"
#include "londiste/compare/rewritten_rows.h"
#include "londiste/compare/rewritten_table.h"
#include "londiste/compare/row_differences.h"
#include "londiste/compare/row_hash.h"

namespace londiste::compare {
namespace {

// What a row whose bucket differs takes in memory, besides its key.
constexpr std::int64_t kRowMemory = 448, kUsualKey = 64;
// A text that the server has compressed.
constexpr std::int64_t kCompressed = 4;
constexpr std::int64_t kFewestRowsAtOnce = 1000;

class TableComparison {
 public:
  TableComparison(CutReaders& readers, const Comparison& comparison, Throttle* throttle,
                  base::Interrupt& owner,
                  const std::function<void(const ComparisonProgress&)>& progress)
      : readers_(readers),
        comparison_(comparison),
        throttle_(throttle),
        owner_(owner),
        progress_(progress) {
    above_ = Look(readers.above, comparison.above, readers.above_node);
    below_ = Look(readers.below, comparison.below, readers.below_node);
    buckets_ = BucketsFor(std::max(above_.rows, below_.rows));
    for (const Pieces* side : {&above_, &below_})
      for (const Piece& piece : side->pieces) told_.all_bytes += piece.bytes;
  }

  ComparisonResult Run(const ComparisonScope& scope);

 private:
  static Pieces Look(Readers& readers, const ComparedSide& side, const std::string& node) {
    const int major = readers.front()->connection().server_major();
    // Sizes are not told while somebody rewrites the table.
    pqxx::subtransaction part(readers.front()->tx(), "look");
    part.exec0("set local lock_timeout = '10s'");
    Pieces pieces = ReadPieces(part, side.table, node, major, static_cast<int>(readers.size()));
    part.abort();
    return pieces;
  }

  // `as_it_is`: no values are looked at.
  template <class MakeSql, class Take>
  void Read(MakeSql sql, Take take_above, Take take_below, bool as_it_is = false);
  using SumsOf = std::function<std::string(const ComparedSide& side, const Piece& piece)>;
  std::vector<DifferentBucket> ReadSums(std::int64_t buckets, const SumsOf& sql,
                                        bool as_it_is = false);
  void LookCloser(std::vector<DifferentBucket>& buckets);
  ComparisonResult Ask(const CustomQuery& query);
  std::int64_t RowBytes() const;
  std::int64_t RowsAtOnce(std::int64_t memory) const;
  bool ListRows(std::span<const DifferentBucket> buckets, const ComparisonScope& scope,
                std::vector<DifferentRow>& found);

  CutReaders& readers_;
  const Comparison& comparison_;
  Throttle* throttle_;
  base::Interrupt& owner_;
  const std::function<void(const ComparisonProgress&)>& progress_;
  Pieces above_, below_;
  std::int64_t buckets_ = 1;
  Sums above_total_, below_total_;
  std::atomic<std::int64_t> rows_{0};  // that were read
  ComparisonProgress told_;
};

template <class MakeSql, class Take>
void TableComparison::Read(MakeSql sql, Take take_above, Take take_below, bool as_it_is) {
  const auto plain = [sql](const ComparedSide& side) {
    return [&side, sql](pqxx::transaction_base& tx, std::size_t, const Piece& piece) {
      return std::vector{tx.exec(sql(side, piece))};
    };
  };
  const auto rewritten = [this, sql](pqxx::transaction_base& tx, std::size_t reader,
                                     const Piece& piece) {
    return ReadRewritten(tx, *readers_.rewriting.at(reader), comparison_, piece, sql);
  };
  SideQuery above{readers_.above, above_.pieces, readers_.above_node, plain(comparison_.above),
                  take_above};
  if (!comparison_.rewrites.empty() && !as_it_is) above.ask = rewritten;
  ReadBoth(
      above,
      {readers_.below, below_.pieces, readers_.below_node, plain(comparison_.below), take_below},
      owner_, throttle_, [&](std::int64_t bytes) {
        told_.bytes = bytes;
        told_.rows = rows_;
        progress_(told_);
      });
}

std::int64_t RowsOf(const std::vector<DifferentBucket>& buckets) {
  std::int64_t rows = 0;
  for (const DifferentBucket& bucket : buckets) rows += bucket.rows;
  return rows;
}

std::vector<std::int64_t> NumbersOf(std::span<const DifferentBucket> buckets) {
  std::vector<std::int64_t> numbers;
  for (const DifferentBucket& bucket : buckets) numbers.push_back(bucket.bucket);
  return numbers;
}

std::vector<DifferentBucket> TableComparison::ReadSums(std::int64_t buckets, const SumsOf& sql,
                                                       bool as_it_is) {
  using Take = std::function<void(const pqxx::result&)>;
  BucketSums above(buckets), below(buckets);
  const auto into = [this](BucketSums& sums) -> Take {
    return [this, &sums](const pqxx::result& rows) {
      for (const pqxx::row& row : rows) {
        const Sums more = compare::ReadSums(row);
        sums.Add(row[0].as<std::int64_t>(), more);
        rows_ += more.rows;
      }
    };
  };
  Read(sql, into(above), into(below), as_it_is);
  above_total_ = above.Total();
  below_total_ = below.Total();
  return DifferentBuckets(above, below);
}

// Few rows are different, and those of their buckets are many: finer buckets of these are fewer.
void TableComparison::LookCloser(std::vector<DifferentBucket>& buckets) {
  const std::vector<std::int64_t> wanted = NumbersOf(buckets);
  const SomeBuckets among{std::exchange(buckets_, kFineBuckets), wanted};
  buckets = ReadSums(buckets_, [&](const ComparedSide& side, const Piece& piece) {
    return SumsSql(comparison_, side, piece, buckets_, among);
  });
}

bool TableComparison::ListRows(std::span<const DifferentBucket> buckets,
                               const ComparisonScope& scope, std::vector<DifferentRow>& found) {
  const std::vector<std::int64_t> wanted = NumbersOf(buckets);
  const SomeBuckets among{buckets_, wanted};
  RowDifferences differences;
  std::mutex mutex;
  using Take = std::function<void(const pqxx::result&)>;
  const auto into = [&](RowDifferences::Side side) -> Take {
    return [&, side](const pqxx::result& rows) {
      const std::lock_guard lock(mutex);
      for (const pqxx::row& row : rows) {
        RowKey key;
        const auto values = row.size() - 2;
        for (pqxx::row::size_type i = 0; i < values; ++i)
          key.push_back(row[i].is_null() ? std::nullopt
                                         : std::optional<std::string>(row[i].c_str()));
        differences.Add(side, std::move(key), row[values].as<std::int64_t>(),
                        row[values + 1].as<std::int64_t>());
      }
    };
  };
  Read([&](const ComparedSide& side,
           const Piece& piece) { return RowsSql(comparison_, side, piece, among); },
       into(RowDifferences::Side::kAbove), into(RowDifferences::Side::kBelow));
  return differences.Find(scope.differences, scope.ignore_extra, found);
}

ComparisonResult TableComparison::Ask(const CustomQuery& query) {
  ComparisonResult result{.above = {}, .below = {}};
  // On both sides the same, so that equal values are.
  const std::string settings = OwnSettings(readers_.above.front()->tx());
  const auto ask = [&](pg::SnapshotReader& reader, const ComparedSide& side,
                       const std::string& node) {
    pqxx::subtransaction part(reader.tx(), "custom");
    std::string answer = AskCustom(part, query, side, settings);
    RequireSameTable(part, side.table, node);
    part.abort();
    return answer;
  };
  base::CancellableThread above([&](base::Interrupt&) {
    result.above.answer = ask(*readers_.above.front(), comparison_.above, readers_.above_node);
  });
  result.below.answer = ask(*readers_.below.front(), comparison_.below, readers_.below_node);
  above.Join();
  return result;
}

// A guess.
std::int64_t TableComparison::RowBytes() const {
  return std::max(above_.bytes / std::max<std::int64_t>(above_.rows, 1),
                  below_.bytes / std::max<std::int64_t>(below_.rows, 1));
}

std::int64_t TableComparison::RowsAtOnce(std::int64_t memory) const {
  const std::int64_t key = comparison_.duplicates ? kCompressed * RowBytes() : kUsualKey;
  return std::max(memory / (kRowMemory + key), kFewestRowsAtOnce);
}

ComparisonResult TableComparison::Run(const ComparisonScope& scope) {
  if (!scope.query.sql.empty()) return Ask(scope.query);
  std::vector<DifferentBucket> buckets = ReadSums(
      buckets_,
      [&](const ComparedSide& side, const Piece& piece) {
        return scope.count_only ? CountSql(side, piece)
                                : SumsSql(comparison_, side, piece, buckets_);
      },
      scope.count_only);
  if (scope.count_only)
    return {.above = {.rows = above_total_.rows}, .below = {.rows = below_total_.rows}};
  ComparisonResult result{.above = {above_total_.rows, ChecksumText(above_total_)},
                          .below = {below_total_.rows, ChecksumText(below_total_)},
                          .row_bytes = RowBytes()};
  told_.finding_rows = true;
  const std::int64_t rows_at_once = RowsAtOnce(scope.memory);
  if (RowsOf(buckets) > rows_at_once) LookCloser(buckets);
  // Where there is no key it is the rows themselves that are listed.
  ComparisonScope listed = scope;
  if (comparison_.duplicates)
    listed.differences = std::min(scope.differences, static_cast<std::size_t>(rows_at_once));
  bool more = false;
  for (auto next = buckets.begin(); next != buckets.end() && !more;) {
    const auto first = next;
    std::int64_t rows = 0;
    do rows += next++->rows;
    while (next != buckets.end() && rows + next->rows <= rows_at_once);
    more = ListRows({first, next}, listed, result.different);
  }
  SortRows(result.different);
  result.counts = Count(result.different);
  result.counts.more = more;
  return result;
}

}  // namespace

ComparisonResult CompareTable(CutReaders& readers, const Comparison& comparison,
                              const ComparisonScope& scope, base::Interrupt& owner,
                              const std::function<void(const ComparisonProgress&)>& progress) {
  return TableComparison(readers, comparison, scope.throttle, owner, progress).Run(scope);
}

}  // namespace londiste::compare
