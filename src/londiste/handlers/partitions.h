// The tables that the handler `dispatch` makes for rows of a time, in the batch's transaction.
//
// Owned by the handler. What it knows of tables holds for one batch.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "londiste/handlers/dispatch_options.h"

namespace londiste::handlers {

class Partitions {
 public:
  Partitions(const DispatchOptions& options, pg::QualifiedName parent)
      : options_(options), parent_(std::move(parent)) {}

  // What will be called is there. Throws UnusableHandler.
  void Check(pqxx::transaction_base& tx) const;

  void BatchBegins() { known_.clear(); }
  // The table for rows of that time, which is there when this returns; nullptr: the time is older
  // than what is kept, and such rows are not wanted. `keys`: column names, separated by commas.
  const pg::QualifiedName* For(std::string_view time, const std::string& keys, BatchTarget& target);

 private:
  struct Part {
    pg::QualifiedName name;
    bool wanted = true;
  };
  std::string Fill(const std::string& text, const pg::QualifiedName& part, std::string_view time,
                   const std::string& keys) const;
  void Make(pqxx::transaction_base& tx, const pg::QualifiedName& part, std::string_view time,
            const std::string& keys);
  void DropOld(pqxx::transaction_base& tx);
  std::string Function(pqxx::transaction_base& tx) const;

  const DispatchOptions& options_;
  const pg::QualifiedName parent_;
  std::map<std::string, Part> known_;  // by name
};

}  // namespace londiste::handlers
