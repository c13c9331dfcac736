// What somebody has to know about a queue, or about the node that it makes, while it lasts: told in
// table pgq.condition of the node's database.
//
// One reporter's view of the kinds that it looks after. Belongs to one thread. Set, Clear and
// Replace only note, so call them once per round and subject; Store writes what differs from what
// the database has, so a round in which nothing changes costs no statement. A new reporter takes
// over what an earlier one left: what it does not find again it clears by Clear or Replace.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pg/connection.h"

namespace pgq {

enum class ConditionSeverity { kNotice, kWarning, kError };
std::string ToString(ConditionSeverity severity);  // "notice", "warning", "error"

struct Condition {
  std::string kind;     // one lower_snake word for what it is
  std::string subject;  // what it is about: a table, a consumer; "" when the queue is
  ConditionSeverity severity = ConditionSeverity::kWarning;
  std::string message;  // what and where
  std::string hint;     // what to do; "" for nothing
  bool operator==(const Condition&) const = default;
};

struct ConditionChange {
  enum class What { kNew, kChanged, kEnded };
  What what = What::kNew;
  Condition condition;  // kEnded: as it was
};

class Conditions {
 public:
  explicit Conditions(std::string queue) : queue_(std::move(queue)) {}

  void Set(Condition condition);
  void Clear(std::string_view kind, std::string_view subject);
  // All of a kind: those in `now`, and no others.
  void Replace(std::string_view kind, std::vector<Condition> now);

  // Outside a transaction: writes what changed, in a transaction of its own; returns that, for the
  // log. Where the schema has no conditions (SkyTools', or an older release) or the role may not
  // write them, the changes are returned all the same. Throws what statements throw; what could not
  // be written stays noted.
  std::vector<ConditionChange> Store(pg::Connection& connection);

 private:
  using Key = std::pair<std::string, std::string>;  // kind, subject
  struct Note {
    enum class What { kSet, kClear, kReplace };
    What what;
    Key key;  // kReplace: the kind and ""
    std::vector<Condition> now;
  };

  void Load(pg::Connection& connection);
  void TakeNotes();
  std::vector<ConditionChange> Differences() const;
  void Write(pg::Connection& connection, const std::vector<ConditionChange>& changes);

  std::string queue_;
  std::vector<Note> notes_;  // since the last Store
  std::map<Key, Condition> wanted_, stored_;
  bool loaded_ = false, kept_in_database_ = false;
};

// What pgq.get_conditions tells of a queue, the worst first; empty where it does not exist or the
// role may not ask.
struct StoredCondition {
  Condition condition;
  std::string since;  // as the server writes a time, to the second
};
std::vector<StoredCondition> ReadConditions(pqxx::transaction_base& tx, const std::string& queue);

}  // namespace pgq
