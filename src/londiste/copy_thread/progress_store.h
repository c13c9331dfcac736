// Tells the node's database how far the worker's copies are (londiste.copy_progress), for `tables`,
// `status` and monitoring, and has long phases logged.
//
// Owned by TableSync and destroyed after its copies; copies are followed from their own threads.
// The writing is done on a thread of its own with a session of its own, which is open only while a
// copy runs that is not a short one. It cannot delay or fail a copy: what goes wrong is logged and
// tried again at the next beat. Where the schema londiste is SkyTools', nothing is stored.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/cancellable_thread.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "londiste/copy_thread/copy_monitor.h"
#include "pg/connection.h"

namespace londiste::copy_thread {

class ProgressStore {
 public:
  struct Place {
    std::string connstr, application_name, queue;
    // How often, and how long a copy must have run to be worth a session.
    base::Duration beat{2'000};
  };
  explicit ProgressStore(Place place) : place_(std::move(place)) {}
  ~ProgressStore();  // cancels and waits, after a short while for the last rows to be removed
  ProgressStore(const ProgressStore&) = delete;

  // A copy is followed while this lives; then its row is removed. The monitor is not touched
  // afterwards.
  class Following {
   public:
    Following(ProgressStore& store, CopyMonitor& monitor);
    ~Following();
    Following(const Following&) = delete;

   private:
    ProgressStore& store_;
    CopyMonitor& monitor_;
  };

 private:
  void Main(base::Interrupt& own) noexcept;
  bool idle();
  std::vector<CopyProgress> LongCopies();
  enum class Beat { kDue, kBetween };
  void Look(Beat beat, base::Interrupt& own) noexcept;
  void Update(const std::vector<CopyProgress>& copies, Beat beat, base::Interrupt& own);
  bool Open(base::Interrupt& own);
  void Store(const CopyProgress& copy);
  void Remove(const std::string& table);

  const Place place_;

  std::mutex
      mutex_;  // monitors_, and the start of the thread; never held while talking to a server
  std::set<CopyMonitor*> monitors_;

  // The thread's own.
  std::unique_ptr<pg::Connection> session_;
  std::set<std::string> stored_;  // tables that may have a row
  bool failing_ = false;
  bool refused_ = false;  // no such function here, or not for this role
  // Starts with the first copy. Last: it uses all the others.
  std::optional<base::CancellableThread> thread_;
};

}  // namespace londiste::copy_thread
