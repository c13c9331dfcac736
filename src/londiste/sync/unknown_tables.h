// Events of tables that are not registered in the queue at all: a table that was renamed with its
// trigger publishes under its new name. They are left out, counted and told. Used on the worker's
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "londiste/tables/table_list.h"
#include "pgq/conditions.h"

namespace londiste::sync {

inline constexpr const char* kUnknownTable = "unknown_table";  // a condition, of a table

class UnknownTables {
 public:
  // A batch that is rolled back comes again.
  void BatchBegins() { in_batch_.clear(); }
  void Count(std::string_view table);
  void Committed();
  // At once what is new, counts once a minute; what did not come for an hour, or is registered by
  // now, is no longer told. `wanted`: tables that this node would register.
  void Report(const tables::TableList& tables,
              const std::function<bool(const std::string&)>& wanted, const std::string& queue,
              pgq::Conditions& conditions);

 private:
  struct Seen {
    std::int64_t events = 0;
    std::int64_t told = 0;
    base::Clock::time_point last{};
  };
  std::map<std::string, std::int64_t, std::less<>> in_batch_;
  std::map<std::string, Seen> seen_;
  base::Clock::time_point next_count_{};
};

}  // namespace londiste::sync
