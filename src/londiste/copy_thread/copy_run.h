// One attempt to bring a table from NULL (or wherever an earlier attempt left it) to ok.
//
// Runs on a thread of its own with two connections of its own; ends by returning (ok), or by
// throwing: SourceNotReady, CopyNotWanted, base::Interrupted, anything else is a failure to be
// tried again. Whatever the moment, the database says where the next attempt has to begin.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "base/interrupt.h"
#include "cascade/node.h"
#include "londiste/copy/source_node.h"
#include "londiste/copy_thread/copy_consumer.h"
#include "londiste/copy_thread/copy_job.h"
#include "londiste/copy_thread/copy_monitor.h"
#include "londiste/copy_thread/copy_state_store.h"
#include "londiste/copy_thread/handover.h"
#include "londiste/copy_thread/idle_sessions.h"
#include "londiste/handlers/handler.h"
#include "londiste/tables/table_state.h"

namespace londiste::copy_thread {

// The table is not there yet, or not in sync yet, on the node it comes from.
class SourceNotReady : public base::Error {
 public:
  using Error::Error;
};

class CopyRun {
 public:
  // All references must outlive the run. `main_wake`: raised when the main worker should come to a
  // hand-over.
  CopyRun(const CopyJob& job, IdleSessions& idle, Handover& handover, CopyMonitor& monitor,
          base::Interrupt& interrupt, base::Interrupt& main_wake);

  void Run();

 private:
  std::unique_ptr<pg::Connection> NewTarget(const std::string& name,
                                            base::Interrupt& interrupt) const;
  std::unique_ptr<pg::Connection> NewSource(const std::string& name,
                                            base::Interrupt& interrupt) const;
  void OpenSource(const std::string& connstr);
  copy::CopySessions Sessions();
  bool Resume(const tables::Table& row);
  void StoreWithoutRows();
  void Copy(const tables::Table& row);
  void PlanPart(const tables::Table& row, copy::CopyRequest& request);
  void AwaitParts();
  void RestoreStructure();
  copy::SourceNode ChooseSource();
  void Claim();
  std::unique_ptr<handlers::Handler> NewHandler() const;
  void CatchUp(pgq::TickId position, const pgq::Snapshot& snapshot);
  bool CleanUp();
  void KeepSessions();

  const CopyJob& job_;
  IdleSessions& idle_;
  Handover& handover_;
  CopyMonitor& monitor_;
  base::Interrupt& interrupt_;
  base::Interrupt& main_wake_;
  copy::Remote remote_;
  CopyConsumer consumer_;
  CopyStateStore stored_state_;
  std::string source_connstr_;
  std::unique_ptr<CopySession> target_session_, source_session_;
  pg::Connection *target_ = nullptr, *source_ = nullptr;
  bool wrote_events_ = false;
};

// Stores why the last attempt failed, for status; gives up quietly when that fails too.
void StoreCopyError(const CopyJob& job, const std::string& message, base::Interrupt& interrupt);

}  // namespace londiste::copy_thread
