// A copy after its COPY: applies the batches of its own consumer until it can hand the table over
// to the main worker, and does so.
#pragma once

#include <string>

#include "base/growing_pause.h"
#include "londiste/copy_thread/copy_handler.h"
#include "londiste/copy_thread/copy_run.h"
#include "londiste/copy_thread/tick_source.h"

namespace londiste::copy_thread {

class CatchUp {
 public:
  struct Sessions {
    pg::Connection& source;
    pg::Connection& target;
    const copy::Remote& remote;
  };
  struct Signals {
    Handover& handover;
    CopyMonitor& monitor;
    base::Interrupt& interrupt;
    base::Interrupt& main_wake;
  };
  // `table`: with the columns that the copied rows do without; `position`: the consumer's completed
  // tick; `snapshot`: what the copied rows contain. References must outlive the object.
  CatchUp(const CopyJob& job, std::string consumer, Sessions sessions, Signals signals,
          apply::TargetTable table, pgq::TickId position, pgq::Snapshot snapshot);

  // Returns when state ok is stored.
  void Run();
  std::int64_t events() const { return handler_.events(); }  // that it has applied

 private:
  std::optional<pgq::Batch> NextLargeBatch();
  void Apply(const std::optional<pgq::Batch>& batch);
  void AwaitTick();
  void Ask();
  bool StoreOk();
  void CheckMainPosition(pqxx::transaction_base& tx) const;

  const CopyJob& job_;
  const std::string consumer_;
  Sessions sessions_;
  Signals signals_;
  pgq::TickId position_;
  pgq::Snapshot snapshot_;
  CopyHandler handler_;
  TickSource ticks_;
  bool covered_ = false;  // position_'s snapshot covers snapshot_
  base::GrowingPause poll_;
  base::Clock::time_point idle_since_;
  bool warned_ = false;
};

}  // namespace londiste::copy_thread
