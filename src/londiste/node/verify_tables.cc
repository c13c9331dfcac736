#include "londiste/node/verify_tables.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <vector>

#include "base/cancellable_thread.h"
#include "base/error.h"
#include "base/failpoint.h"
#include "londiste/compare/bucket_sums.h"
#include "londiste/compare/match_tables.h"
#include "londiste/compare/row_hash.h"
#include "londiste/node/compare_progress.h"
#include "londiste/output/progress_line.h"
#include "londiste/tables/table.h"
#include "pg/server_encoding.h"
#include "pg/snapshot_reader.h"

namespace londiste::node {
namespace {

constexpr std::chrono::milliseconds kRound{250};
constexpr std::chrono::seconds kLogEvery{10};

// Tables that both have, as each is compared.
std::vector<compare::Comparison> CommonTables(pg::Connection& one, pg::Connection& other,
                                              const std::string& queue) {
  pqxx::work one_tx(one), other_tx(other);
  const auto here = tables::ReadTables(one_tx, queue), there = tables::ReadTables(other_tx, queue);
  std::vector<compare::Comparison> common;
  for (const tables::Table& table : here) {
    const tables::Table* same = tables::FindTable(there, table.name);
    if (!table.local || same == nullptr || !same->local) continue;
    common.push_back(
        compare::MatchTables(table.name, {one_tx, table.dest, "old root", pg::ServerEncoding(one)},
                             {other_tx, same->dest, "new root", pg::ServerEncoding(other)}, {}));
  }
  return common;
}

// One node's rows, a piece at a time.
class SideSums {
 public:
  using Side = compare::ComparedSide compare::Comparison::*;

  SideSums(pg::Connection& connection, std::string node,
           const std::vector<compare::Comparison>& tables, Side side, cascade::Verify how)
      : connection_(connection), node_(std::move(node)), tables_(tables), side_(side), how_(how) {}

  void Read() {
    pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> tx(connection_);
    tx.exec0(pg::SnapshotReader::kSettings);
    std::vector<compare::Pieces> pieces;
    for (const compare::Comparison& table : tables_) {
      pieces.push_back(
          compare::ReadPieces(tx, (table.*side_).table, node_, connection_.server_major(), 1));
      all_bytes_ += pieces.back().bytes;
    }
    for (std::size_t i = 0; i < tables_.size(); ++i) {
      sums_.emplace_back();
      for (const compare::Piece& piece : pieces[i].pieces) Add(tx, tables_[i], piece);
      ++done_;
    }
  }

  const std::vector<compare::Sums>& sums() const { return sums_; }
  std::size_t done() const { return done_; }
  void AddTo(compare::ComparisonProgress& told) const {
    told.bytes += bytes_;
    told.all_bytes += all_bytes_;
    told.rows += rows_;
  }

 private:
  void Add(pqxx::transaction_base& tx, const compare::Comparison& table,
           const compare::Piece& piece) {
    // A range of pages is found without reading the others, as the planner does not know.
    tx.exec0(piece.range ? "set local enable_seqscan = off" : "set local enable_seqscan = on");
    const auto& side = table.*side_;
    for (const pqxx::row& row :
         tx.exec(how_ == cascade::Verify::kFull ? compare::SumsSql(table, side, piece, 1)
                                                : compare::CountSql(side, piece))) {
      const compare::Sums more = compare::ReadSums(row);
      sums_.back().Add(more);
      rows_ += more.rows;
    }
    bytes_ += piece.bytes;
    base::HitFailpoint(base::Failpoint::compare_after_piece);
  }

  pg::Connection& connection_;
  const std::string node_;
  const std::vector<compare::Comparison>& tables_;
  const Side side_;
  const cascade::Verify how_;
  std::vector<compare::Sums> sums_;
  std::atomic<std::size_t> done_{0};
  std::atomic<std::int64_t> bytes_{0}, all_bytes_{0}, rows_{0};
};

// Both at once: writers wait meanwhile.
void ReadBoth(SideSums& one, SideSums& other, std::size_t tables) {
  CompareProgress progress;
  output::ProgressLine line;
  const auto start = base::Clock::now();
  progress.Begins("verify", start);
  auto logged = start;
  base::CancellableThread reader([&](base::Interrupt&) { one.Read(); });
  base::CancellableThread other_reader([&](base::Interrupt&) { other.Read(); });
  const auto over = [](base::CancellableThread& thread) {
    return thread.Wait(base::Deadline::After(kRound));
  };
  while (!over(reader) || !over(other_reader)) {
    if (reader.failure() || other_reader.failure()) break;
    const auto now = base::Clock::now();
    compare::ComparisonProgress told;
    for (const SideSums* side : {&one, &other}) side->AddTo(told);
    progress.Reached(told);
    if (line.visible()) {
      line.Show(progress.share(), std::min(one.done(), other.done()), tables, progress.Line(now));
    } else if (now >= logged + kLogEvery) {
      logged = now;
      spdlog::info("{}", progress.Line(now));
    }
  }
  line.Clear();
  if (other_reader.failure()) other_reader.Join();
  reader.Join();
  other_reader.Join();
}

}  // namespace

std::string VerifyTables(pg::Connection& old_root, pg::Connection& new_root,
                         const std::string& queue, cascade::Verify how) {
  const std::vector<compare::Comparison> tables = CommonTables(old_root, new_root, queue);
  SideSums one(old_root, "old root", tables, &compare::Comparison::above, how);
  SideSums other(new_root, "new root", tables, &compare::Comparison::below, how);
  ReadBoth(one, other, tables.size());
  std::string different;
  const auto text = [](const compare::Sums& sums) {
    return std::to_string(sums.rows) + " rows, checksum " + compare::ChecksumText(sums);
  };
  std::int64_t rows = 0;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const compare::Sums &first = one.sums()[i], &second = other.sums()[i];
    rows += first.rows;
    if (first != second)
      different += (different.empty() ? "" : "; ") + tables[i].table + ": " + text(first) +
                   ", and " + text(second);
  }
  if (!different.empty())
    throw base::Error("rows differ: " + different,
                      "Run resync for these tables on the new root, or look at what differs.");
  return std::to_string(tables.size()) + (tables.size() == 1 ? " table, " : " tables, ") +
         std::to_string(rows) + (rows == 1 ? " row" : " rows") + ", equal" +
         (how == cascade::Verify::kFull ? " in number and checksum" : " in number");
}

}  // namespace londiste::node
