// The marks that a copy leaves in londiste.table_info: its state, and what is missing of its
// table's structure.
#pragma once

#include <string>

#include "londiste/copy/copy_table.h"
#include "londiste/copy/structure_restore.h"

namespace londiste::copy_thread {

// Knows names only; safe to use from several threads.
class CopyStateStore : public copy::CopyStates, public copy::MissingStructure {
 public:
  // `consumer`: the copy's own, whose stored error goes when the rows are there.
  CopyStateStore(std::string queue, std::string table, std::string consumer)
      : queue_(std::move(queue)), table_(std::move(table)), consumer_(std::move(consumer)) {}

  void CheckMayEmpty(pqxx::transaction_base& tx) const override;
  void StructureDropped(pqxx::transaction_base& tx,
                        const structure::DroppedStructure& missing) override;
  void CheckWanted(pqxx::transaction_base& tx) const override;
  void RowsCopied(pqxx::transaction_base& tx, const pgq::Snapshot& snapshot,
                  const std::vector<std::string>& left_out, Structure structure) override;
  void Built(pqxx::transaction_base& tx, const std::string& build) const override;
  void Restored(pqxx::transaction_base& tx) const override;

 private:
  void Store(pqxx::transaction_base& tx, const std::string& dropped_ddl) const;  // "": nothing
  const std::string queue_, table_, consumer_;
};

}  // namespace londiste::copy_thread
