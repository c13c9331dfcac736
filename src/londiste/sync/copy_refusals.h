// Tables that cannot be copied as things are, told as conditions of the node. Used on the worker's
// thread.
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/clock.h"
#include "londiste/handlers/handler_settings.h"
#include "londiste/tables/table_list.h"
#include "pgq/conditions.h"

namespace londiste::sync {

class CopyRefusals {
 public:
  // `feeders`: see FindOtherFeeders.
  // `combined`: the queue with which the node's rows come, while its own brings none; else "".
  void Find(const tables::TableList& tables, const std::map<std::string, std::string>& feeders,
            const std::string& combined, const handlers::HandlerSettings& settings,
            pgq::Conditions& conditions);
  bool Contains(const std::string& table) const { return refused_.contains(table); }
  // Other queues may have changed meanwhile what is refused: look again.
  bool CheckAgain() const { return check_again_.Passed(); }

 private:
  std::set<std::string> refused_;
  base::Deadline check_again_ = base::Deadline::Never();
};

}  // namespace londiste::sync
