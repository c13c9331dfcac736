// A script as it is run: its statements one by one, in pieces that have a transaction each where
// some statement needs that.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "londiste/apply/apply_error.h"
#include "londiste/execute/execute_attributes.h"
#include "londiste/execute/statement_rules.h"
#include "pg/connection.h"

namespace londiste::execute {

// what(): `could not execute "change.sql", statement 2 at line 3 (drop table t): table "t" does not
// exist (SQLSTATE 42P01)`.
class ScriptFailure : public apply::ApplyError {
 public:
  using apply::ApplyError::ApplyError;
};

// `could not execute "f": SQL only partially matches local setup: …`, with the way out.
[[noreturn]] void ThrowPartly(const std::string& file, const NodeFit& fit);

class Script {
 public:
  // Throws ScriptFailure for a script with a statement that cannot be part of one.
  Script(std::string file, std::string_view text);

  struct Step {
    pg::ScriptStatement statement;  // a view into the script
    StatementRules rules;
  };
  // Statements that run one after the other: in one transaction, or, a single one, in none.
  struct Piece {
    std::size_t first, end;
    bool outside;
  };

  const std::string& file() const { return file_; }
  const std::vector<Step>& steps() const { return steps_; }
  const std::vector<Piece>& pieces() const { return pieces_; }
  // Else it runs whole, in whatever transaction there is.
  bool runs_in_pieces() const { return in_pieces_; }

  // `statement 2 at line 3 (drop table t)`.
  std::string Place(std::size_t step) const;
  // Throws ScriptFailure about this statement.
  [[noreturn]] void Fail(std::size_t step, const std::string& message, const std::string& sqlstate,
                         const std::string& hint) const;
  // The same about the exception that is being handled; rethrows it when the script has no part in
  // it: a lost session, a cancelled statement.
  [[noreturn]] void FailCurrent(std::size_t step) const;
  // Runs one in `tx`, which is open on `connection`. Throws ScriptFailure.
  void Run(std::size_t step, pg::Connection& connection, pqxx::transaction_base& tx) const;

 private:
  void Cut();
  std::string file_;
  std::unique_ptr<const std::string> text_;  // does not move with the script
  std::vector<Step> steps_;
  std::vector<Piece> pieces_;
  bool in_pieces_ = false;
};

}  // namespace londiste::execute
