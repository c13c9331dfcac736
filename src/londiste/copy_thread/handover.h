// Handing a table over from its copy to the main worker: the rules, and how the two
// threads meet. Knows no server.
//
// Three rules keep every event applied exactly once. Main worker and copy stand between batches, at
// the same completed tick, when the table changes hands. The main worker goes tick by tick while a
// table is on its way, so it cannot pass the tick at which a copy waits. And that tick's snapshot
// covers the snapshot of the COPY, so that no later event is contained in the copied rows.
//
// One MainWorkerPosition per worker, one Handover per copy; both outlive the threads that use them.
// Methods of Handover may be called from both threads.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "base/clock.h"
#include "pgq/ids.h"

namespace londiste::copy_thread {

// What the copies of a worker and its main thread share.
struct MainWorkerPosition {
  std::mutex mutex;
  std::condition_variable changed;
  pgq::TickId position;  // last tick the main worker completed; 0: not known yet
};

class Handover {
 public:
  enum class Stage {
    kWorking,  // the copy is busy
    kAsking,   // it stands at asked_at and would like to hand over
    kGranted,  // the main worker waits at granted_at until the copy is there and has stored ok
    kStoring,  // the copy is storing ok: the grant cannot be taken back
    kOver,     // the copy's thread is done with the table, for better or worse
  };
  enum class Step {
    kApplyNext,  // the next tick's batch
    kApplyMany,  // a batch may span many ticks: one that ends beyond the main worker does no harm,
                 // it comes by
    kAsk,
    kWait,
    kStoreOk
  };

  explicit Handover(MainWorkerPosition& main) : main_(main) {}

  // The copy's side. `position`: its completed tick; `covered`: that tick's snapshot covers the
  // snapshot of the COPY.
  Step NextStep(pgq::TickId position, bool covered) const;
  void Ask(pgq::TickId position);
  bool BeginStoring();  // false: the grant was taken back
  void End(bool stored);

  // The main worker's side.
  std::optional<pgq::TickId> MayGrant(
      pgq::TickId main_position) const;  // where the copy asks, if the answer may be yes
  void Grant(pgq::TickId main_position);
  void TakeBack();  // a grant; no effect once the copy is storing
  bool stored() const;
  Stage stage() const;
  // Waits until the copy has ended or the deadline passes, at most `slice`.
  void AwaitEnd(base::Deadline deadline, base::Duration slice) const;

 private:
  MainWorkerPosition& main_;
  Stage stage_ = Stage::kWorking;
  pgq::TickId asked_at_, granted_at_;
  bool stored_ = false;
};

// The rules alone.
Handover::Step DecideCopyStep(Handover::Stage stage, pgq::TickId granted_at, pgq::TickId position,
                              bool covered, pgq::TickId main_position);
bool MainMayGrant(pgq::TickId asked_at, pgq::TickId main_position);

}  // namespace londiste::copy_thread
