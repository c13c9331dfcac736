// The life cycle of this node's tables, from NULL to ok: starts copy threads, hands tables over
// between copy and main worker, restores foreign keys.
//
// Owned by the worker and used on its thread; copy threads belong to it. Hand-over is signalled in
// process (condition + Interrupt::Wake), while londiste.table_info always shows upstream's states,
// so an admin, a restart or upstream's tools read the truth.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/interrupt.h"
#include "cascade/batch_handler.h"
#include "londiste/apply/target_table.h"
#include "londiste/sync/sync_options.h"
#include "pgq/conditions.h"

namespace londiste::sync {

class TableSync : public apply::TargetTables {
 public:
  // `conditions`: told what copies run into. `main_wake`: the main worker's interrupt, woken when a
  // copy needs an answer. Both must outlive this.
  TableSync(SyncOptions options, pgq::Conditions& conditions, base::Interrupt& main_wake);
  ~TableSync();  // StopCopies

  // From any thread; for copies that start later. Queue, consumer, pidfile and local_connstr stay
  // as they are.
  void Reconfigure(SyncOptions options);

  // Main worker, before each next_batch: reloads the table list, adopts tables left in a copying
  // state, starts copies for NULL ones, restores pending foreign keys. `one_tick_batches` of the
  // result: a local table is between NULL and ok, so no enlarged batch may be asked for.
  struct Permit {
    bool one_tick_batches = false;
  };
  Permit BeforeNextBatch(const cascade::NodeInfo& node, pgq::TickId completed,
                         pg::Connection& target);
  // A root's worker, which has no batches.
  void OnRoot(pg::Connection& target);
  // Main worker, between batches: events came of tables that the queue does not know. `wanted`:
  // tables that this node would register.
  void TellUnknownTables(const std::function<bool(const std::string&)>& wanted);
  // Main worker, batch in hand and not applied: answers copies that want to sync and waits for
  // those that must reach exactly this (previous, current) pair.
  void OnBatch(const cascade::BatchContext& context);
  // Main worker, after a batch was committed: clears custom snapshots that upstream left once they
  // can no longer matter.
  void Committed(const cascade::BatchContext& context, pg::Connection& target);
  // A batch that was, or is being, committed has stored counts of missing rows.
  void MissingRowsStored();
  // The table list must be read again (add-table, remove-table, resync, EXECUTE seen).
  void Reload();
  // Main worker, inside a batch that is about to remove the table: ends its copy, whose lock the
  // removal would otherwise wait for until the copy is done.
  void StopCopy(const std::string& table);

  // Main worker's view: local and ok, and not already contained in a custom snapshot.
  const apply::TargetTable* Resolve(std::string_view queue_table, pgq::Txid txid) override;

  // Stops all copies (their COPY rolls back and starts over next time) and says so through the log.
  void StopCopies();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace londiste::sync
