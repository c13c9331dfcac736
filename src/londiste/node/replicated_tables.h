// The tables and sequences of a queue, as procedures of the cascade ask for them.
#pragma once

#include <string>
#include <vector>

#include "cascade/replicated_objects.h"

namespace londiste::node {

// Lives for one command.
class ReplicatedTables final : public cascade::ReplicatedObjects {
 public:
  explicit ReplicatedTables(std::string queue) : queue_(std::move(queue)) {}

  std::vector<cascade::Objection> AgainstRoot(pg::Connection* root, pg::Connection& next) override;
  std::vector<cascade::Objection> AgainstMove(pg::Connection& node,
                                              const std::string& name) override;
  std::string MoveUnlogged(pg::Connection& from, pg::Connection& to) override;
  std::string Compare(pg::Connection& one, pg::Connection& other, cascade::Verify how) override;
  std::string CopyAgain(pqxx::transaction_base& node) override;
  std::string CopyAgainAfterLoss(pqxx::transaction_base& node,
                                 const std::vector<cascade::LostEvent>& lost) override;
  void RenameNode(pqxx::transaction_base& tx, const std::string& old_name,
                  const std::string& new_name) override;

 private:
  const std::string queue_;
};

}  // namespace londiste::node
