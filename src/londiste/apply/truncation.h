// The tables that one TRUNCATE of the source named: it comes as an event for each of them, perhaps
// with events of other transactions in between, and must be one statement here, since tables that
// refer to each other can only be emptied together.
//
// Empties what was emptied at the source and nothing else. Part of Applier; inside the batch's
// transaction.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "londiste/apply/apply_options.h"
#include "londiste/apply/plan_cache.h"

namespace londiste::apply {

class Truncation {
 public:
  // `warn` hears of tables that are emptied because they refer to others.
  Truncation(pg::Connection& target, const ApplyOptions& options,
             const std::function<void(const std::string&)>& warn)
      : target_(target), cascade_(options.truncate_cascade), warn_(warn) {}

  bool empty() const { return tables_.empty(); }
  void Add(CachedTable& table, const pgq::Event& event);
  // Whether it must be executed before a row of this table and transaction is written: it is a row
  // of its own tables, or its transaction has gone on.
  bool MustPrecede(const CachedTable& table, pgq::Txid txid) const;
  // REQUIRES: the session is free. Throws ApplyError. Returns how many tables were named.
  std::int64_t Execute();
  void Clear();

 private:
  struct Named {
    CachedTable* table;
    pgq::EventId event;
  };
  void LoadShapes();
  void CheckForeignKeys();
  [[noreturn]] static void Fail(const Named& named, const pg::SqlError& cause);

  pg::Connection& target_;
  const bool cascade_;
  std::function<void(const std::string&)> warn_;
  std::vector<Named> tables_;
  std::set<pgq::Txid> transactions_;
};

}  // namespace londiste::apply
