// One table's rows from the provider, as one transaction of the target: a crash or an error
// anywhere leaves the target as it was.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "pg/connection.h"
#include "pg/quote.h"
#include "pgq/snapshot.h"

namespace londiste::copy {

struct CopyRequest {
  std::string table;  // name on the queue, for messages
  pg::QualifiedName source, dest;
  bool skip_truncate = false;
  // Structure that a copy of SkyTools had already taken away and stored when it died; executed
  // after the rows are there.
  std::optional<std::string> dropped_ddl;
};

struct CopyResult {
  pgq::Snapshot snapshot;  // what the copied rows contain, in the source's transaction ids
  std::int64_t rows = 0, bytes = 0;
};

// Called on the copy's thread.
class CopyObserver {
 public:
  virtual ~CopyObserver() = default;
  virtual void Phase(const std::string& phase) = 0;
  virtual void Progress(std::int64_t rows, std::int64_t bytes) = 0;
  virtual void Warn(const std::string& line) = 0;
};

// Locks the target table, takes its indexes away, empties it, relays the rows of one
// repeatable-read snapshot of the source, builds the indexes again. `save_state` runs last in the
// target's transaction and throws when the copy is not wanted any more. REQUIRES: no transaction
// open on either side; the target session has role replica.
CopyResult CopyTable(
    pg::Connection& source, pg::Connection& target, const CopyRequest& request,
    CopyObserver& observer,
    const std::function<void(pqxx::transaction_base&, const pgq::Snapshot&)>& save_state);

}  // namespace londiste::copy
