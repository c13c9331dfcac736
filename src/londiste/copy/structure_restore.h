// Puts back what a copy in ranges took away from its table: indexes by several sessions, each in a
// transaction of its own, then constraints and the rest in one. What is missing is stored and
// changes in the same transactions, so an attempt that dies is continued by the next.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "londiste/copy/copy_table.h"
#include "londiste/structure/dropped_structure.h"

namespace londiste::copy {

// The stored list of what is missing. Each throws when the copy is not wanted any more.
class MissingStructure {
 public:
  virtual ~MissingStructure() = default;
  // Takes `build`, which `tx` has done, off the list; last in its transaction, from several
  // threads.
  virtual void Built(pqxx::transaction_base& tx, const std::string& build) const = 0;
  // The whole list is done, and forgotten.
  virtual void Restored(pqxx::transaction_base& tx) const = 0;
};

class StructureRestore {
 public:
  // References must outlive the object. Used on the copy's thread.
  StructureRestore(const CopySessions& sessions, const pg::QualifiedName& table,
                   const RangeOptions& options, CopyObserver& observer,
                   const MissingStructure& list);

  // REQUIRES: no transaction open on the target; all rows are there.
  void Run(const structure::DroppedStructure& missing);

 private:
  void BuildAll();
  void Work(base::Interrupt& interrupt);
  std::optional<std::string> Take();
  void Build(pg::Connection& target, const std::string& build);
  std::unique_ptr<pqxx::work> Lock(pg::Connection& target);
  void TakeOff(pg::Connection& target, pqxx::work& tx, const std::string& build);
  void Finish();

  const CopySessions& sessions_;
  const pg::QualifiedName& table_;
  const RangeOptions& options_;
  CopyObserver& observer_;
  const MissingStructure& list_;
  structure::DroppedStructure missing_;
  int builders_ = 1;
  std::mutex mutex_;  // next_, warnings_, lock_holders_
  std::size_t next_ = 0;
  std::vector<std::string> warnings_;
  std::string lock_holders_;  // who keeps a session of the group from its index
  std::atomic<std::size_t> built_{0};
};

}  // namespace londiste::copy
