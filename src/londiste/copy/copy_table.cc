#include "londiste/copy/copy_table.h"

#include <algorithm>

#include "base/failpoint.h"
#include "londiste/copy/column_plan.h"
#include "londiste/copy/range_copy.h"
#include "londiste/copy/rewritten_rows.h"
#include "londiste/copy/source_snapshot.h"
#include "londiste/copy/utf8_rows.h"
#include "londiste/structure/brief_locks.h"
#include "londiste/structure/dropped_statement.h"
#include "londiste/structure/fkeys.h"
#include "londiste/structure/index_memory.h"
#include "londiste/structure/lock_holders.h"
#include "londiste/structure/row_security.h"
#include "londiste/structure/table_structure.h"
#include "pg/copy.h"

namespace londiste::copy {
namespace {

std::string Names(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

bool Has(const Relation& relation, const std::string& column) {
  return std::ranges::find(relation.columns, column, &CopyColumn::name) != relation.columns.end();
}

// One run of CopyTable.
class TableCopy {
 public:
  TableCopy(const CopySessions& sessions, const CopyRequest& request, CopyObserver& observer,
            CopyStates& states)
      : sessions_(sessions), request_(request), observer_(observer), states_(states) {}

  CopyResult Run() {
    size_ = MeasureSource(sessions_.source, request_.source);
    const std::unique_ptr<pqxx::work> locked = Lock();
    pqxx::work& tx = *locked;
    const bool in_ranges = WantsRanges(tx);
    observer_.Expect(size_.rows, size_.bytes, in_ranges ? request_.ranges.sessions : 1);
    if (request_.part == CopyPart::kJoin) {
      CopyRows(tx, CopyStates::Structure::kMissing);
      return result_;
    }
    const structure::TableStructure structure = structure::TableStructure::Read(tx, request_.dest);
    structure.Drop(tx);
    if (!request_.skip_truncate) states_.CheckMayEmpty(tx);
    if (!request_.skip_truncate)
      tx.exec0(std::string("truncate ") + (dest_.kind == 'r' ? "only " : "") +
               request_.dest.Quoted());
    if (in_ranges) {
      CopyInRanges(tx, structure);
    } else if (request_.part == CopyPart::kLead) {
      StoreStructure(tx, structure);
      pqxx::work rows(sessions_.target);
      CopyRows(rows, CopyStates::Structure::kMissing);
    } else {
      CopyWhole(tx, structure);
    }
    return result_;
  }

 private:
  // The open source, and what is read of it. Its transaction ends with the object at the latest.
  struct Reading {
    explicit Reading(TableCopy& copy)
        : snapshot(copy.Begin()),
          from(snapshot.ReadTable(copy.request_.source)),
          plan(MatchColumns(from, copy.dest_, copy.request_.selection)),
          inspect(RowInspection(copy.sessions_.source, copy.sessions_.target, from, plan)) {
      copy.result_.snapshot = snapshot.Read();
      copy.NoteColumns(plan);
    }
    SourceSnapshot snapshot;
    Relation from;
    ColumnPlan plan;
    RowInspector inspect;
  };

  SourceSnapshot Begin() {
    observer_.Phase("copying");
    return SourceSnapshot(sessions_.source, request_.source, size_);
  }

  // Readers queue behind whoever waits for this lock, so we never wait for long.
  std::unique_ptr<pqxx::work> Lock() {
    observer_.Phase("waiting for lock");
    auto tx = structure::BeginWithBriefLocks(
        sessions_.target,
        [&](pqxx::work& attempt) {
          dest_ = ReadRelation(attempt, request_.dest, "this node's database");
          structure::RefuseRowSecurity(attempt, request_.dest, "here");
          const bool joins = request_.part == CopyPart::kJoin;
          attempt.exec0(std::string("lock table ") + (dest_.kind == 'r' ? "only " : "") +
                        request_.dest.Quoted() +
                        (joins ? " in row exclusive mode" : " in access exclusive mode"));
          if (!joins) structure::DropFkeysInside(attempt, request_.dest);
        },
        [&] { ReportLockHolders(sessions_.target, {request_.dest}, observer_); });
    observer_.WaitsForLock("");
    return tx;
  }

  // Without being asked for, only where nothing can be lost by it and nobody misses the rows: into
  // an empty table, or one that a copy in ranges has left.
  bool WantsRanges(pqxx::transaction_base& tx) const {
    const RangeOptions& options = request_.ranges;
    if (options.sessions < 2 || request_.skip_truncate || request_.part != CopyPart::kWhole ||
        !size_.readable_by_range || dest_.kind != 'r')
      return false;
    if (options.Names(request_.table)) return true;
    if (options.min_bytes == 0 || size_.bytes < options.min_bytes) return false;
    return request_.dropped_ddl ||
           !tx.exec1("select exists (select 1 from only " + request_.dest.Quoted() + ")")[0]
                .as<bool>();
  }

  void CopyWhole(pqxx::work& tx, const structure::TableStructure& structure) {
    base::HitFailpoint(base::Failpoint::copy_after_drop_indexes);
    CopyRows(tx, CopyStates::Structure::kComplete, [&] { Rebuild(tx, structure); });
  }

  void CopyRows(pqxx::work& tx, CopyStates::Structure structure,
                const std::function<void()>& build = {}) {
    Relay();
    base::HitFailpoint(base::Failpoint::copy_after_data);
    // Triggers that fire always may wait for the end of the transaction, and the table may not be
    // changed as long as they do.
    tx.exec0("set constraints all immediate");
    if (build) build();
    states_.RowsCopied(tx, result_.snapshot, left_out_, structure);
    base::HitFailpoint(base::Failpoint::copy_before_commit);
    tx.commit();
    result_.structure_missing = structure == CopyStates::Structure::kMissing;
  }

  // The source's transaction ends as soon as the rows are read, however long the indexes take.
  void Relay() {
    Reading reading(*this);
    // Freezing wants the table to be new or emptied in this very transaction.
    const bool freeze =
        !request_.skip_truncate && dest_.kind == 'r' && request_.part == CopyPart::kWhole;
    const pg::CopyCounters counters = pg::RelayCopy(
        sessions_.source, reading.plan.CopyOutSql(reading.from), sessions_.target,
        reading.plan.CopyInSql(dest_, freeze),
        [&](const pg::CopyCounters& now) {
          observer_.Progress(now.rows, now.bytes);
          base::HitFailpoint(base::Failpoint::copy_mid_data);
        },
        ChangeOfRows(reading.plan, reading.inspect));
    reading.snapshot.End();
    result_.rows = counters.rows;
    result_.bytes = counters.bytes;
    observer_.Progress(result_.rows, result_.bytes);
  }

  void StoreStructure(pqxx::work& tx, const structure::TableStructure& structure) {
    structure::DroppedStructure missing =
        structure::DroppedStructure::Parse(request_.dropped_ddl.value_or(""));
    missing.Add(structure.Statements());
    // That something is stored tells the other queues that the table is ready for their rows.
    if (missing.empty() && request_.part == CopyPart::kLead) missing.rest.emplace_back("select 1");
    states_.StructureDropped(tx, missing);
    base::HitFailpoint(base::Failpoint::copy_after_drop_indexes);
    tx.commit();
    base::HitFailpoint(base::Failpoint::copy_after_structure_stored);
  }

  void CopyInRanges(pqxx::work& tx, const structure::TableStructure& structure) {
    StoreStructure(tx, structure);
    RelayRanges();
    base::HitFailpoint(base::Failpoint::copy_after_data);
    pqxx::work last(sessions_.target);
    states_.RowsCopied(last, result_.snapshot, left_out_, CopyStates::Structure::kMissing);
    base::HitFailpoint(base::Failpoint::copy_before_commit);
    last.commit();
    result_.structure_missing = true;
  }

  void RelayRanges() {
    Reading reading(*this);
    const pg::CopyCounters counters =
        RangeCopy(sessions_,
                  {reading.from, dest_, reading.plan, reading.inspect, reading.snapshot.Export(),
                   size_.may_lock},
                  {size_.pages, size_.bytes, request_.ranges.sessions}, observer_, states_)
            .Run();
    reading.snapshot.End();
    result_.rows = counters.rows;
    result_.bytes = counters.bytes;
  }

  void NoteColumns(const ColumnPlan& plan) {
    left_out_ = plan.only_source;
    for (const std::string& column : request_.source_left_out)
      if (!Has(dest_, column) && std::ranges::find(left_out_, column) == left_out_.end())
        left_out_.push_back(column);
    if (!plan.only_source.empty())
      observer_.Warn("table " + request_.table +
                     ": columns that do not exist here are not copied: " + Names(plan.only_source));
    if (!plan.only_virtual.empty())
      observer_.Warn("table " + request_.table +
                     ": columns that are virtual on the provider are not replicated: " +
                     Names(plan.only_virtual));
    if (!plan.only_target.empty())
      observer_.Warn(
          "table " + request_.table +
          ": columns that the provider lacks get their defaults: " + Names(plan.only_target));
  }

  void Rebuild(pqxx::transaction_base& tx, const structure::TableStructure& structure) {
    if (structure.indexes().empty() && !request_.dropped_ddl) return;
    observer_.Phase("indexes");
    structure::RaiseIndexMemory(tx, request_.ranges.index_memory, result_.bytes);
    structure.Rebuild(tx, [&](const std::string& index) { observer_.Phase("index " + index); });
    if (request_.dropped_ddl) structure::RunDroppedStatement(tx, dest_.name, *request_.dropped_ddl);
  }

  const CopySessions& sessions_;
  const CopyRequest& request_;
  CopyObserver& observer_;
  CopyStates& states_;
  SourceSize size_;
  Relation dest_;
  std::vector<std::string> left_out_;
  CopyResult result_;
};

}  // namespace

void ReportLockHolders(pg::Connection& target, const std::vector<pg::QualifiedName>& tables,
                       CopyObserver& observer) {
  pqxx::nontransaction tx(target);
  const std::string holders = structure::LockHolders(tx, tables);
  if (!holders.empty()) observer.WaitsForLock(holders);
}

CopyResult CopyTable(const CopySessions& sessions, const CopyRequest& request,
                     CopyObserver& observer, CopyStates& states) {
  return TableCopy(sessions, request, observer, states).Run();
}

}  // namespace londiste::copy
