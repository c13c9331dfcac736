// What cascade::Worker does in its thread: rounds of one look at everything and at most one batch.
//
// Owned by the Worker. All but Reconfigure belongs to the thread that calls Run.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/interrupt.h"
#include "cascade/batch_protocol.h"
#include "cascade/branch_copy.h"
#include "cascade/local_node.h"
#include "cascade/node_duties.h"
#include "cascade/poll_pacer.h"
#include "cascade/position_proof.h"
#include "cascade/provider_link.h"
#include "cascade/sole_worker.h"
#include "cascade/subtree_watermark.h"
#include "cascade/superseded_root.h"
#include "cascade/watermark_publisher.h"
#include "cascade/worker.h"
#include "cascade/worker_failures.h"
#include "pg/error.h"
#include "pg/listener.h"

namespace cascade {

class WorkerLoop {
 public:
  WorkerLoop(WorkerOptions options, BatchHandler& handler, WorkerObserver& observer,
             pgq::Conditions& conditions, base::Interrupt& interrupt)
      : options_(std::move(options)),
        handler_(handler),
        observer_(observer),
        conditions_(conditions),
        interrupt_(interrupt),
        branch_copy_(options_.queue, handler_),
        proof_(options_.queue, options_.consumer),
        failures_(options_, observer, conditions),
        watermarks_(options_, observer),
        subtree_watermark_(options_, observer, interrupt),
        superseded_(options_, observer, conditions, interrupt) {}

  void Run();
  void Reconfigure(WorkerOptions options);

 private:
  enum class LastWait { kNone, kTimeout, kWake };

  void TakeNewOptions();
  void Round();
  void ConnectLocal();
  void ConnectProvider();
  void RefreshNode();
  void NodeChanged(const NodeInfo& before);
  void ListenToCombined();
  void NoteStandby();
  void StandbyIsOver();
  const NodeDuties& duties() const { return *duties_; }
  bool HearsOfChanges() const;
  bool StateIsStale();
  void StandBy();
  void StandStill();
  pgq::BatchSize NextSize();
  base::Duration BetweenBatches();
  bool MustWait(const pgq::Batch& batch) const;
  bool HoldsAlready(const pgq::Batch& batch) const;
  std::optional<pgq::Batch> AskForBatch(const pgq::BatchSize& size);
  void Process(const pgq::Batch& batch);
  bool MoveConsumer(const pgq::Batch& batch);
  void KeepBooks(const pgq::Batch& batch);
  void PublishWatermark(const std::optional<pgq::Batch>& batch);
  void RepairBranchTick(const pgq::Batch& batch, Position position);
  void ReportApplied(const BatchContext& context, const BatchStats& stats);
  void Succeeded();
  void OnAnotherWorker(const AnotherWorker& other);
  void CheckDatabase();
  // `stopped_kind`: of the condition, where the failure needs somebody.
  void Recover(const pg::Failure& failure, const char* stopped_kind);
  void StoreConditions();
  void Pause(const pg::Failure& failure, base::Duration longest);
  void Wait(base::Duration at_most);
  void DropAgedSessions();
  void Disconnect();
  void Leave();
  void ReportStarted(const NodeInfo* node);

  WorkerOptions options_;
  BatchHandler& handler_;
  WorkerObserver& observer_;
  pgq::Conditions& conditions_;
  base::Interrupt& interrupt_;

  std::mutex mutex_;  // new_options_
  std::optional<WorkerOptions> new_options_;

  std::unique_ptr<LocalNode> local_;
  std::unique_ptr<pg::Listener> local_listener_;
  std::unique_ptr<pg::Listener> combined_listener_;  // while the position comes from there
  std::unique_ptr<ProviderLink> provider_;
  std::string provider_location_;
  BranchCopy branch_copy_;
  PositionProof proof_;
  bool has_worked_ = false;  // was admitted to both sides once
  bool handler_knows_target_ = false, branch_tick_checked_ = false, started_ = false;
  bool provider_is_new_ = false;  // not yet asked for a batch
  std::optional<pgq::TickId> completed_;
  const NodeDuties* duties_ = nullptr;  // set when the node was read
  // The last batch began where the node stands: the position that others have moved is reached.
  bool in_step_ = false;
  std::optional<bool> stood_by_;               // and has not been in step since; unset: not known
  bool waited_ = false;                        // the batch in hand had to wait
  std::optional<pgq::TickId> batch_began_at_;  // the provider's last one

  PollPacer poll_;
  WorkerFailures failures_;
  WatermarkPublisher watermarks_;
  SubtreeWatermark subtree_watermark_;
  LastWait last_wait_ = LastWait::kNone;
  bool busy_ = false;           // the last round had a batch
  bool woken_ = false;          // since the state was read
  bool nothing_waits_ = false;  // and it is one that does not loop
  base::Clock::time_point state_read_at_{}, next_on_root_{}, next_standby_line_{};
  SupersededRoot superseded_;  // last: its thread may be at work
};

}  // namespace cascade
