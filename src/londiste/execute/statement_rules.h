// What a statement of a replicated script needs: a transaction, none, or to be refused.
#pragma once

#include <optional>
#include <string>

#include "pg/statement_splitter.h"

namespace londiste::execute {

// A statement that the server runs outside transactions only, and what has to be known to repeat it
// after nobody saw its end. Names are as the script writes them, quotes and schema included.
struct OutsideStatement {
  enum class Kind {
    kCreateIndex,      // object: the index; table: its table
    kDropIndex,        // object: the index
    kReindex,          // object: the index or table; repeatable, but leaves invalid indexes behind
    kDetachPartition,  // object: the partition; table: what it is detached from
    kRepeatable,       // may just be run again
  };
  Kind kind = Kind::kRepeatable;
  std::string object = {}, table = {};
  bool if_not_exists = false;
};

struct StatementRules {
  std::string refusal = {}, hint = {};  // why it cannot be part of a script; "" when it can
  std::optional<OutsideStatement> outside = {};
  // What it made can be used by later transactions only: ALTER TYPE … ADD VALUE.
  bool ends_transaction = false;
};

StatementRules RulesFor(const pg::ScriptStatement& statement);

}  // namespace londiste::execute
