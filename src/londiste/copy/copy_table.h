// One table's rows from the provider.
//
// Ordinarily one transaction of the target: a crash or an error anywhere leaves the target as it
// was. A large table may be copied in ranges of pages by several sessions, each committing what it
// has; then a crash leaves a part of the rows without indexes, and the next attempt empties the
// table again. Which structure is missing is stored in the transaction that drops it, so whoever
// comes next can put it back.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "londiste/copy/range_options.h"
#include "londiste/handlers/handler.h"
#include "londiste/structure/dropped_structure.h"
#include "pg/connection.h"
#include "pg/quote.h"
#include "pgq/snapshot.h"

namespace londiste::copy {

// A table that several queues fill (tables/merge_parts.h) is copied by each of them.
enum class CopyPart {
  kWhole,
  // Takes the structure away for good, in a transaction that commits before the rows come.
  kLead,
  kJoin,  // rows only
};

struct CopyRequest {
  std::string table;  // name on the queue, for messages
  pg::QualifiedName source, dest;
  bool skip_truncate = false;
  // What an earlier copy, ours or SkyTools', had taken away and stored when it died.
  std::optional<std::string> dropped_ddl;
  RangeOptions ranges;
  // Columns that the source itself does without: their events come all the same.
  std::set<std::string, std::less<>> source_left_out{};
  handlers::CopySelection selection{};  // of the table's handler
  CopyPart part = CopyPart::kWhole;
};

// The sessions of a copy. More of them are opened on the threads that use them.
struct CopySessions {
  using Open = std::function<std::unique_ptr<pg::Connection>(base::Interrupt&)>;
  pg::Connection& source;
  pg::Connection& target;  // role replica
  Open open_source, open_target;
};

struct CopyResult {
  pgq::Snapshot snapshot;  // what the copied rows contain, in the source's transaction ids
  std::int64_t rows = 0, bytes = 0;
  bool structure_missing = false;  // RestoreStructure comes next, when all rows are there
};

// Called on the copy's thread.
class CopyObserver {
 public:
  virtual ~CopyObserver() = default;
  virtual void Phase(const std::string& phase) = 0;
  // Before the first row: what there is to copy, as estimated (rows 0: not known), and by how many
  // sessions.
  virtual void Expect(std::int64_t rows, std::int64_t bytes, int sessions) = 0;
  virtual void Progress(std::int64_t rows, std::int64_t bytes) = 0;
  virtual void Warn(const std::string& line) = 0;
  // The target table's lock, or that of a neighbour with a foreign key, cannot be had for now.
  // `holders`: who has it, as LockHolders tells; "" when the wait is over.
  virtual void WaitsForLock(const std::string& /*holders*/) {}
};

// Tells the observer who holds locks on `tables`. REQUIRES: no transaction open.
void ReportLockHolders(pg::Connection& target, const std::vector<pg::QualifiedName>& tables,
                       CopyObserver& observer);

// The copy's marks in this node's tables, in the copy's own transactions. Each throws when the copy
// is not wanted any more.
class CopyStates {
 public:
  virtual ~CopyStates() = default;
  // The table is locked and is about to be emptied.
  virtual void CheckMayEmpty(pqxx::transaction_base& tx) const = 0;
  // In ranges, and as a lead: last in the transaction that empties the table. `missing`: all that
  // has to be put back from now on.
  virtual void StructureDropped(pqxx::transaction_base& tx,
                                const structure::DroppedStructure& missing) = 0;
  // In ranges: in each transaction that stores rows; from several threads.
  virtual void CheckWanted(pqxx::transaction_base& tx) const = 0;
  // Last in the transaction after which all rows are there. `left_out`: columns that events may
  // have and the table does not.
  enum class Structure { kComplete, kMissing };
  virtual void RowsCopied(pqxx::transaction_base& tx, const pgq::Snapshot& snapshot,
                          const std::vector<std::string>& left_out, Structure structure) = 0;
};

// Locks the target table, takes its indexes away, empties it, relays the rows of one
// repeatable-read snapshot of the source. Unless it went in ranges, the indexes are built again in
// the same transaction. REQUIRES: no transaction open on either side.
CopyResult CopyTable(const CopySessions& sessions, const CopyRequest& request,
                     CopyObserver& observer, CopyStates& states);

}  // namespace londiste::copy
