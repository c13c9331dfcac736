// Something that pgqd does in a database now and then, on a thread and a connection of its own:
// maintenance, retry events.
//
// The connection exists only while the work is done, so that an idle pgqd holds one session per
// database.
#pragma once

#include <functional>
#include <string>

#include "base/cancellable_thread.h"
#include "base/clock.h"
#include "base/repeated_messages.h"
#include "pg/connection.h"
#include "pgqd/databases/shared_services.h"
#include "pgqd/failures/server_failures.h"

namespace pgqd {

class PeriodicTask {
 public:
  // Does all that is to be done now. Throws what pg throws. True: done; false: something failed
  // (and was logged), come again soon.
  using Work = std::function<bool(pg::Connection&)>;
  // The pause until the next round; base::Duration::max(): only when woken.
  using Period = std::function<base::Duration(const Options&)>;

  // Runs at once for the first time. `name`: "maintenance" or "retry". `shared` outlives it.
  PeriodicTask(SharedServices& shared, std::string database, std::string name, Work work,
               Period period);

  void Wake() { thread_.Wake(); }

 private:
  void Run(base::Interrupt& interrupt);
  base::Duration RunOnce(base::Interrupt& interrupt);

  void Report(const pg::Failure& failure, base::Duration pause);

  SharedServices& shared_;
  const std::string database_, name_;
  const Work work_;
  const Period period_;
  base::RepeatedMessages failures_;
  ServerFailures::Reporter server_failures_;
  base::CancellableThread thread_;  // last: it uses all the others
};

}  // namespace pgqd
