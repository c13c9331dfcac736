#include "londiste/node/repair_nodes.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <optional>
#include <span>
#include <system_error>

#include "base/error.h"
#include "base/failpoint.h"
#include "londiste/compare/rewritten_table.h"
#include "londiste/compare/stored_results.h"
#include "londiste/node/node_pair.h"
#include "londiste/repair/fix_file.h"
#include "pg/error.h"
#include "pg/server_encoding.h"
#include "pg/sqlstate.h"

namespace londiste::node {
namespace {

using compare::ComparedTable;
using compare::DifferentRow;
using repair::RepairCounts;

// The worker stands still for so many rows at a time, and so many bytes of them are in memory.
constexpr std::size_t kRowsAtOnce = 1000;
constexpr std::int64_t kBytesAtOnce = 16 << 20;
constexpr int kAttempts = 5;  // of rows that others lock, or whose table they rewrite
// For the rows' locks: shorter than the worker can be held (cascade::ConsumerHold).
constexpr const char* kLockTimeout = "set local lock_timeout = '5s'";

std::span<const DifferentRow> Take(std::span<const DifferentRow>& rows, const ComparedTable& of) {
  const auto most = static_cast<std::size_t>(
      std::max<std::int64_t>(kBytesAtOnce / std::max<std::int64_t>(of.result.row_bytes, 1), 1));
  const auto taken = rows.first(std::min({rows.size(), kRowsAtOnce, most}));
  rows = rows.subspan(taken.size());
  return taken;
}

// The statements, for people, as of the cut in which the table was compared.
class FixWriter {
 public:
  FixWriter(NodePair& pair, const ComparedTable& table, repair::Extra extra)
      : pair_(pair), table_(table), extra_(extra) {}

  RepairCounts Write(const std::string& path) {
    base::HitFailpoint(base::Failpoint::repair_before_file);
    repair::FixFile file(
        path, {table_.table, pair_.readers().below_node, pair_.readers().above_node, table_.tick,
               table_.tick_time, pg::ClientEncoding(pair_.readers().below.front()->connection())});
    RepairCounts counts;
    for (std::span<const DifferentRow> rows = table_.result.different; !rows.empty();)
      for (const repair::RowPair& row : Read(Take(rows, table_)))
        counts.Add(file.Add(table_.comparison, row, extra_));
    file.Finish();
    return counts;
  }

 private:
  // The locks go with the savepoints.
  std::vector<repair::RowPair> Read(std::span<const DifferentRow> rows) {
    pqxx::subtransaction above(pair_.readers().above.front()->tx(), "rows");
    pqxx::subtransaction below(pair_.readers().below.front()->tx(), "rows");
    auto pairs =
        repair::ReadPairs(above, below, table_.comparison, rows, repair::Lock::kNone, renamed_);
    compare::RequireSameTable(above, table_.comparison.above.table, pair_.readers().above_node);
    compare::RequireSameTable(below, table_.comparison.below.table, pair_.readers().below_node);
    below.abort();
    above.abort();
    return pairs;
  }

  NodePair& pair_;
  const ComparedTable& table_;
  const repair::Extra extra_;
  repair::RenamedRows renamed_;
};

// Changes this node's table, some rows at a time, each at a tick of its own.
class RowMender {
 public:
  // `counts`: what was committed, also when Run throws.
  RowMender(NodePair& pair, pg::Connection& target, const tables::Table& replicated,
            const ComparedTable& table, repair::Extra extra, RepairCounts& counts)
      : pair_(pair),
        target_(target),
        replicated_(replicated),
        table_(table),
        extra_(extra),
        counts_(counts) {}

  void Run() {
    for (std::span<const DifferentRow> rows = table_.result.different; !rows.empty();)
      Mend(Take(rows, table_), repair::Order::kInPlace);
    // Unique values that have changed places, perhaps between rows that were far apart.
    if (!conflicting_.empty()) MendConflicting();
  }

 private:
  void Mend(std::span<const DifferentRow> rows, repair::Order order) {
    const std::size_t conflicting = conflicting_.size();
    for (int attempt = 1;; ++attempt) {
      try {
        return MendAtTick(rows, order);
      } catch (const compare::TableRewritten&) {
        if (attempt == kAttempts) throw;
      } catch (const pqxx::deadlock_detected&) {
        if (attempt == kAttempts) throw;
      }
      conflicting_.resize(conflicting);
    }
  }

  void MendConflicting() {
    try {
      Mend(conflicting_, repair::Order::kAnew);
    } catch (const pqxx::integrity_constraint_violation&) {
      throw base::Error(std::to_string(conflicting_.size()) + " rows are left as they are, " +
                        "since other rows are in their way (" +
                        (extra_ == repair::Extra::kKeep
                             ? "those that only this node has, for one: see --delete): "
                             : "rows that compare has not listed, for one): ") +
                        pg::DescribeCurrentFailure().message);
    }
  }

  void MendAtTick(std::span<const DifferentRow> rows, repair::Order order) {
    pair_.AtTick([&](const cascade::Cut& cut) {
      pqxx::work tx(target_);
      tx.exec0(pg::SnapshotReader::kSettings);
      tx.exec0(kLockTimeout);
      if (!pair_.StandsAt(tx, cut.tick)) return false;
      pqxx::dbtransaction& above = pair_.readers().above.front()->tx();
      pair_.RequireInSync(replicated_, above, tx);
      repair::RenamedRows renamed;
      const auto pairs =
          repair::ReadPairs(above, tx, table_.comparison, rows, repair::Lock::kForUpdate, renamed);
      compare::RequireSameTable(above, table_.comparison.above.table, pair_.readers().above_node);
      const RepairCounts counts = TryRepair(tx, rows, pairs, order);
      base::HitFailpoint(base::Failpoint::repair_before_commit);
      tx.commit();
      base::HitFailpoint(base::Failpoint::repair_after_commit);
      counts_.Add(counts);
      return true;
    });
  }

  RepairCounts TryRepair(pqxx::work& tx, std::span<const DifferentRow> rows,
                         std::span<const repair::RowPair> pairs, repair::Order order) {
    if (order == repair::Order::kAnew)
      return repair::Repair(tx, table_.comparison, pairs, extra_, order);
    if (const auto counts = TryInPlace(tx, pairs)) return *counts;
    RepairCounts all;
    for (const repair::RowPair& pair : pairs) {
      if (const auto counts = TryInPlace(tx, {&pair, 1}))
        all.Add(*counts);
      else
        conflicting_.push_back(rows[pair.place]);
    }
    return all;
  }

  // nullopt: other rows are in the way.
  std::optional<RepairCounts> TryInPlace(pqxx::work& tx, std::span<const repair::RowPair> pairs) {
    try {
      pqxx::subtransaction part(tx, "repair");
      const RepairCounts counts =
          repair::Repair(part, table_.comparison, pairs, extra_, repair::Order::kInPlace);
      part.commit();
      return counts;
    } catch (const pqxx::integrity_constraint_violation&) {
      return std::nullopt;
    }
  }

  NodePair& pair_;
  pg::Connection& target_;
  const tables::Table& replicated_;
  const ComparedTable& table_;
  const repair::Extra extra_;
  RepairCounts& counts_;
  std::vector<DifferentRow> conflicting_;
};

class RepairOfNodes {
 public:
  RepairOfNodes(const CommandContext& context, const RepairOptions& options)
      : context_(context), options_(options) {}

  // False: the cut is used up.
  bool After(NodePair& pair, const tables::Table& replicated, const ComparedTable& table) {
    RepairedTable& result = results_[table.table];
    const bool differs = !table.result.different.empty();
    try {
      if (differs) Mend(pair, replicated, table, result);
    } catch (const std::exception& error) {
      result.failure = error.what();
      options_.tell(table, result);
      throw;
    }
    options_.tell(table, result);
    return !differs || !options_.apply;
  }

  std::vector<RepairedTable> Finish(std::vector<ComparedTable> compared) {
    std::vector<RepairedTable> all;
    for (ComparedTable& table : compared) {
      RepairedTable result = std::move(results_[table.table]);
      result.compared = std::move(table);
      all.push_back(std::move(result));
    }
    return all;
  }

 private:
  // It could read the table.
  std::string NeededRights(const ComparedTable& table) {
    pqxx::work tx(Target());
    return " (grant select, insert, update, delete on " + table.comparison.below.table.Quoted() +
           " to " + tx.exec1("select pg_catalog.quote_ident(current_user)")[0].as<std::string>() +
           ")";
  }

  // Nothing but what concerns this table: not a connection that is lost.
  template <class Work>
  void TellFailure(const ComparedTable& table, RepairedTable& result, Work work) {
    try {
      work();
    } catch (const cascade::NoCut&) {
      throw;
    } catch (const std::exception&) {
      const pg::Failure failure = pg::DescribeCurrentFailure();
      if (failure.kind != pg::FailureKind::kSql && failure.kind != pg::FailureKind::kOther) throw;
      result.failure = failure.message;
      if (!failure.hint.empty()) result.failure += ". " + failure.hint;
      if (failure.sqlstate == pg::sqlstate::kLockNotAvailable)
        result.failure =
            "another session of this node has locked rows that are to be changed, and goes on "
            "for longer than 5 s: pg_locks tells which; run repair again when it is over";
      if (options_.apply && failure.sqlstate == pg::sqlstate::kInsufficientPrivilege)
        result.failure += NeededRights(table);
    }
  }

  void Mend(NodePair& pair, const tables::Table& replicated, const ComparedTable& table,
            RepairedTable& result) {
    const repair::Extra extra = table.part ? repair::Extra::kKeep : options_.extra;
    if (!table.comparison.rewrites.empty()) {
      result.failure =
          "the table's handler rewrites rows, which cannot be read one by one: use resync";
    } else if (table.comparison.duplicates) {
      result.failure = "the table has no key by which to find its rows: use resync";
    } else if (options_.apply) {
      Apply(pair, replicated, table, extra, result);
    } else {
      TellFailure(table, result, [&] {
        const std::string path = "fix." + table.table + ".sql";
        result.counts = FixWriter(pair, table, extra).Write(path);
        result.file = path;
      });
    }
  }

  void Apply(NodePair& pair, const tables::Table& replicated, const ComparedTable& table,
             repair::Extra extra, RepairedTable& result) {
    TellFailure(table, result,
                [&] { RowMender(pair, Target(), replicated, table, extra, result.counts).Run(); });
    // What was found stays where rows still differ.
    if (!result.failure.empty() || !result.counts.all_mended() || table.result.counts.more) return;
    pqxx::work tx(Target());
    compare::ForgetResult(tx, context_.settings.text("queue_name"), table.table);
    tx.commit();
  }

  // A session that writes as the worker does.
  pg::Connection& Target() {
    if (!target_) {
      target_ = ConnectAs(LocalOptions(context_), context_.interrupt, "local database");
      target_->SetReplicationRole(pg::ReplicationRole::kReplica);
    }
    return *target_;
  }

  const CommandContext& context_;
  const RepairOptions& options_;
  std::unique_ptr<pg::Connection> target_;
  std::map<std::string, RepairedTable> results_;
};

}  // namespace

std::vector<RepairedTable> RepairNodes(const CommandContext& context, NodeSession& session,
                                       const std::vector<tables::Table>& tables,
                                       const RepairOptions& options, CompareObserver& observer) {
  RepairOfNodes repair(context, options);
  return repair.Finish(
      CompareNodes(context, session, tables, options.compare, observer,
                   [&](NodePair& pair, const tables::Table& table, const ComparedTable& result) {
                     return repair.After(pair, table, result);
                   }));
}

}  // namespace londiste::node
