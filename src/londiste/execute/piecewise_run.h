// A script that runs in pieces: a transaction for each, none for statements that bear none, and how
// far it is in londiste.execute_progress.
//
// Lives for one run, on the thread of the connection.
#pragma once

#include <functional>
#include <string>

#include "londiste/execute/script.h"
#include "londiste/execute/script_progress.h"

namespace londiste::execute {

class PiecewiseRun {
 public:
  // `progress` is moved on and stored with each piece.
  PiecewiseRun(pg::Connection& connection, std::string queue, ScriptProgress& progress)
      : connection_(connection), queue_(std::move(queue)), progress_(progress) {}

  // What belongs into the transaction of each piece that has one, before its statements and after
  // them, before the progress is stored.
  using InTransaction = std::function<void(pqxx::transaction_base& tx)>;
  void OnPiece(InTransaction before, InTransaction after) {
    before_ = std::move(before);
    after_ = std::move(after);
  }

  // From where the progress stands to the end, which the owner notes. REQUIRES: no transaction
  // open. When it throws, the error is stored, and the session keeps the script's settings: close
  // it.
  void Run();

 private:
  Script ReadScript();
  void RunPieces(const Script& script);
  void RepeatSettings(const Script& script);
  void RunInside(const Script& script, const Script::Piece& piece);
  void StoreError(const std::string& message);
  void Store();

  pg::Connection& connection_;
  const std::string queue_;
  ScriptProgress& progress_;
  InTransaction before_ = [](pqxx::transaction_base&) {};
  InTransaction after_ = [](pqxx::transaction_base&) {};
};

}  // namespace londiste::execute
