// What a procedure has to know of the things that a queue replicates. The cascade knows nothing of
// them; whoever replicates something answers.
#pragma once

#include <string>
#include <vector>

#include "cascade/procedure.h"
#include "pg/connection.h"

namespace cascade {

enum class Verify { kNone, kCounts, kFull };

// A kind of events that one node had and no other: its type, and what it is about: the table of a
// row event (ev_extra1), what a `londiste.*` event names (ev_data).
struct LostEvent {
  std::string type, object;
};

class ReplicatedObjects {
 public:
  virtual ~ReplicatedObjects() = default;

  // What speaks against `next` as root instead of `root` (nullptr: it is gone): objects that are
  // missing there, or may differ.
  virtual std::vector<Objection> AgainstRoot(pg::Connection* root, pg::Connection& next) = 0;
  // What speaks against another provider for `node`: something that is under way with the one it
  // has.
  virtual std::vector<Objection> AgainstMove(pg::Connection& node, const std::string& name) = 0;
  // Nothing is written on `from`, and `to` has all its changes: what changes in no transaction
  // (sequences) gets its exact state there. Returns what was done, for people.
  virtual std::string MoveUnlogged(pg::Connection& from, pg::Connection& to) = 0;
  // Both stand still and must be equal. Returns what was compared; throws base::Error with what
  // differs.
  virtual std::string Compare(pg::Connection& one, pg::Connection& other, Verify how) = 0;
  // `node` may hold other rows than the queue says: all of its objects are copied from the provider
  // again. Returns which.
  virtual std::string CopyAgain(pqxx::transaction_base& node) = 0;
  // The same of those that such events have changed.
  virtual std::string CopyAgainAfterLoss(pqxx::transaction_base& node,
                                         const std::vector<LostEvent>& lost) = 0;
  // In what is kept of the objects on the node behind `tx`: the other node has a new name.
  virtual void RenameNode(pqxx::transaction_base& tx, const std::string& old_name,
                          const std::string& new_name) = 0;
};

}  // namespace cascade
