#include "londiste/copy/copy_table.h"

#include "base/failpoint.h"
#include "londiste/copy/columns.h"
#include "londiste/copy/fkeys.h"
#include "londiste/copy/table_structure.h"
#include "pg/copy.h"

namespace londiste::copy {
namespace {

using SourceTransaction = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

constexpr std::int64_t kLargeCopy =
    32 << 20;  // bytes; below it the server's own memory for index builds is enough

std::string Names(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

// One run of CopyTable.
class TableCopy {
 public:
  TableCopy(pg::Connection& source, pg::Connection& target, const CopyRequest& request,
            CopyObserver& observer)
      : source_(source), target_(target), request_(request), observer_(observer) {}

  CopyResult Run(
      const std::function<void(pqxx::transaction_base&, const pgq::Snapshot&)>& save_state) {
    pqxx::work tx(target_);
    const Relation dest = ReadRelation(tx, request_.dest, "this node's database");
    Lock(tx, dest);
    const TableStructure structure = TableStructure::Read(tx, request_.dest);
    structure.Drop(tx);
    if (!request_.skip_truncate)
      tx.exec0(std::string("truncate ") + (dest.kind == 'r' ? "only " : "") +
               request_.dest.Quoted());
    base::HitFailpoint(base::Failpoint::copy_after_drop_indexes);
    Relay(dest);
    base::HitFailpoint(base::Failpoint::copy_after_data);
    Rebuild(tx, structure);
    save_state(tx, result_.snapshot);
    base::HitFailpoint(base::Failpoint::copy_before_commit);
    tx.commit();
    return result_;
  }

 private:
  void Lock(pqxx::transaction_base& tx, const Relation& dest) {
    observer_.Phase("waiting for lock");
    tx.exec0(std::string("lock table ") + (dest.kind == 'r' ? "only " : "") +
             request_.dest.Quoted() + " in access exclusive mode");
    DropFkeysInside(tx, request_.dest);
  }

  // The source's transaction ends as soon as the rows are read, however long the indexes take.
  void Relay(const Relation& dest) {
    observer_.Phase("copying");
    SourceTransaction tx(source_);
    // Rows that a policy hides must fail the copy, not be missing; and names of types' values must
    // come qualified.
    tx.exec0("set local row_security = off");
    tx.exec0("set local search_path = ''");
    result_.snapshot =
        pgq::Snapshot::Parse(tx.exec1("select txid_current_snapshot()")[0].as<std::string>());
    const Relation from = ReadRelation(tx, request_.source, "the provider's database");
    const ColumnPlan plan = MatchColumns(from, dest);
    WarnOfColumns(plan);
    // Freezing wants the table to be new or emptied in this very transaction.
    const bool freeze = !request_.skip_truncate && dest.kind == 'r';
    const pg::CopyCounters counters =
        pg::RelayCopy(source_, plan.CopyOutSql(from), target_, plan.CopyInSql(dest, freeze),
                      [&](const pg::CopyCounters& now) {
                        observer_.Progress(now.rows, now.bytes);
                        base::HitFailpoint(base::Failpoint::copy_mid_data);
                      });
    tx.commit();
    result_.rows = counters.rows;
    result_.bytes = counters.bytes;
    observer_.Progress(result_.rows, result_.bytes);
  }

  void WarnOfColumns(const ColumnPlan& plan) {
    if (!plan.only_source.empty())
      observer_.Warn("table " + request_.table +
                     ": columns that are not here are not copied: " + Names(plan.only_source));
    if (!plan.only_target.empty())
      observer_.Warn(
          "table " + request_.table +
          ": columns that the provider lacks get their defaults: " + Names(plan.only_target));
  }

  void Rebuild(pqxx::transaction_base& tx, const TableStructure& structure) {
    if (structure.indexes().empty() && !request_.dropped_ddl) return;
    observer_.Phase("indexes");
    if (result_.bytes > kLargeCopy)
      tx.exec(
          "select set_config('maintenance_work_mem', '256MB', true) "
          "where pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes('256MB')");
    structure.Rebuild(tx, [&](const std::string& index) { observer_.Phase("index " + index); });
    if (request_.dropped_ddl) tx.exec(*request_.dropped_ddl);
  }

  pg::Connection& source_;
  pg::Connection& target_;
  const CopyRequest& request_;
  CopyObserver& observer_;
  CopyResult result_;
};

}  // namespace

CopyResult CopyTable(
    pg::Connection& source, pg::Connection& target, const CopyRequest& request,
    CopyObserver& observer,
    const std::function<void(pqxx::transaction_base&, const pgq::Snapshot&)>& save_state) {
  return TableCopy(source, target, request, observer).Run(save_state);
}

}  // namespace londiste::copy
