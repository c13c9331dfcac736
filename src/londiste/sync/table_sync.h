// The life cycle of this node's tables, from NULL to ok: starts copy threads, hands tables over
// between copy and main worker, restores foreign keys.
//
// Owned by the worker and used on its thread; copy threads belong to it. Hand-over is signalled in
// process (condition + Interrupt::Wake), while londiste.table_info always shows upstream's states,
// so an admin, a restart or upstream's tools read the truth.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/interrupt.h"
#include "cascade/batch_handler.h"
#include "londiste/apply/target_table.h"
#include "londiste/copy_thread/copy_consumer.h"
#include "londiste/sync/background_task.h"
#include "londiste/sync/copy_pool.h"
#include "londiste/sync/copy_refusals.h"
#include "londiste/sync/pending_fkeys.h"
#include "londiste/sync/structure_watch.h"
#include "londiste/sync/sync_options.h"
#include "londiste/sync/table_check.h"
#include "londiste/sync/table_conditions.h"
#include "londiste/sync/tables_in_sync.h"
#include "londiste/sync/unknown_tables.h"
#include "londiste/sync/wake_timer.h"
#include "pgq/conditions.h"

namespace londiste::sync {

class TableSync : public apply::TargetTables {
 public:
  // `conditions`: told what copies run into. `main_wake`: the main worker's interrupt, woken when a
  // copy needs an answer. Both must outlive this.
  TableSync(const SyncOptions& options, pgq::Conditions& conditions, base::Interrupt& main_wake);

  // From any thread; for copies that start later.
  void Reconfigure(copy_thread::CopySettings settings);

  // Main worker, before each next_batch: reloads the table list, adopts tables left in a copying
  // state, starts copies for NULL ones, restores pending foreign keys. `one_tick_batches` of the
  // result: a local table is between NULL and ok, so no enlarged batch may be asked for.
  // While a batch is applied in part, kNone: copies go by the position, and would be handed over
  // without the events of that part.
  struct Permit {
    bool one_tick_batches = false;
  };
  enum class HandOvers { kAllowed, kNone };
  Permit BeforeNextBatch(const cascade::NodeInfo& node, pgq::TickId completed,
                         pg::Connection& target, HandOvers hand_overs);
  // Main worker, between batches: now and then, is the structure of the tables the provider's?
  // Returns when to call it again.
  base::Duration CompareStructure(const cascade::NodeInfo& node, pg::Connection& provider,
                                  pg::Connection& target, base::Duration every) {
    return structure_.LookIfDue(node, tables_, provider, target, every);
  }
  void CompareStructureSoon() { structure_.Changed(); }
  // A root's worker, which has no batches.
  void OnRoot(pg::Connection& target) { check_.RunIfDue(target, worker_.queue, conditions_); }
  // Main worker, between batches: events came of tables that the queue does not know. `wanted`:
  // tables that this node would register.
  void ReportUnknownTables(const std::function<bool(const std::string&)>& wanted);
  // Main worker, batch in hand and not applied: answers copies that want to sync and waits for
  // those that must reach exactly this (previous, current) pair.
  void OnBatch(const cascade::BatchContext& context, HandOvers hand_overs);
  // Main worker, after a batch was committed: clears custom snapshots that upstream left once they
  // can no longer matter.
  void Committed(const cascade::BatchContext& context);
  // A batch that was, or is being, committed has stored counts of missing rows.
  void MissingRowsStored() { table_conditions_.MissingRowsStored(); }
  // The table list must be read again (add-table, remove-table, resync, EXECUTE seen, another
  // session), and each table's handler looks at it anew.
  void Reload() { must_read_ = must_read_all_ = true; }
  // Main worker, inside a batch, with nothing under way: a script may have changed the list of
  // tables. If so it is read anew, and true: what Resolve gave before is gone.
  bool ReadWithinBatch(pqxx::transaction_base& tx);
  // On the list as it was last read.
  bool Lists(std::string_view table) const { return tables_.Find(table) != nullptr; }
  // Main worker, inside a batch that is about to remove the table: ends its copy, whose lock the
  // removal would otherwise wait for until the copy is done.
  void StopCopy(const std::string& table) { copies_.Stop(table); }

  // Main worker: local tables are not in sync yet.
  bool copies_under_way() const;
  // Main worker, inside a batch: tables that are being copied now, and: this one is to be copied
  // again, from the start.
  std::vector<const tables::Table*> CopiesUnderWay() const;
  void CopyAgain(pqxx::transaction_base& tx, const std::string& table);

  // Main worker's view: local and ok, and not already contained in a custom snapshot.
  apply::TargetTable* Resolve(std::string_view queue_table, pgq::Txid txid) override;

  // See TablesInSync.
  bool PassesOn(pgq::Event& event, handlers::Onward where) {
    return in_sync_.PassesOn(event, where);
  }

  // Stops all copies (their COPY rolls back and starts over next time) and says so through the log.
  void StopCopies() { copies_.StopAll(); }

 private:
  void TakeNewSettings();
  void TakeNode(const cascade::NodeInfo& node);
  void HandOver(const cascade::BatchContext& context);
  void ReadIfChanged(pg::Connection& target);
  void Read(pg::Connection& target);
  enum class Rows { kAll, kChanged };
  void ReadList(pqxx::transaction_base& tx, Rows rows);
  bool MustRead();
  void RemoveLeftoverConsumers();
  void SetTimer();

  const copy_thread::WorkerIdentity worker_;
  std::mutex settings_mutex_;  // new_settings_
  std::optional<copy_thread::CopySettings> new_settings_;
  pgq::Conditions& conditions_;
  base::Interrupt& main_wake_;
  std::string combined_queue_;  // with which all rows come, while that is so; else ""
  tables::TableList tables_;
  TablesInSync in_sync_;
  CopyPool copies_;
  WakeTimer timer_;
  PendingFkeys fkeys_;
  TableCheck check_;
  TableConditions table_conditions_;
  StructureWatch structure_;
  UnknownTables unknown_;
  BackgroundTask left_;
  std::vector<copy_thread::LeftoverConsumer> leftover_consumers_;
  std::string tables_signature_, fkeys_signature_;
  bool must_read_ = true, must_read_all_ = true, first_read_ = true, pending_fkeys_ = false;
  CopyRefusals refusals_;
};

}  // namespace londiste::sync
