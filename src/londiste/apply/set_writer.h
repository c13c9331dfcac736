// The net effect of many row events of one table, written with a few statements.
//
// COPY into a staging table, then DELETE and UPDATE from it, then COPY of the new rows into the
// table. All inside a savepoint: when a statement fails, or meets another number of rows than it
// must, nothing has happened, and the caller writes the events in order, which tells what is wrong.
// Runs in the batch's transaction, with role replica, where neither foreign keys nor ordinary
// triggers connect rows of different tables.
#pragma once

#include <string>

#include "londiste/apply/net_effect.h"
#include "londiste/apply/staging.h"

namespace londiste::apply {

class SetWriter {
 public:
  explicit SetWriter(pg::Connection& target) : target_(target), staging_(target) {}

  // "" when it is written; else why not, and the transaction is as before the call. Throws
  // pqxx::broken_connection, base::Interrupted.
  std::string Write(const TableShape& table, const NetEffect& net);

  void Committed() { staging_.Committed(); }
  void RolledBack() { staging_.RolledBack(); }
  void Forget() { staging_.Forget(); }

 private:
  void WriteAll(const TableShape& table, const NetEffect& net);
  void Delete(const TableShape& table, const NetEffect& net, const NetEffect::Counts& counts);
  void Update(const TableShape& table, const NetEffect& net, const NetEffect::Counts& counts);
  void Insert(const TableShape& table, const NetEffect& net, const NetEffect::Counts& counts);
  void ExpectNone(const TableShape& table, const NetEffect& net);

  pg::Connection& target_;
  Staging staging_;
};

}  // namespace londiste::apply
