// What a copy took away from a table and has to put back, as londiste.table_info.dropped_ddl keeps
// it: plain statements that do so when they are executed in their order, by whomever (SkyTools
// stores the same, and londiste.local_remove_table executes it).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace londiste::structure {

struct DroppedStructure {
  // Each creates one index, and needs none of the others. Several may run at a time.
  std::vector<std::string> builds;
  // Constraints on those indexes, comments, settings; to be executed after them and in this order.
  std::vector<std::string> rest;

  bool empty() const { return builds.empty() && rest.empty(); }
  std::string Text() const;
  static DroppedStructure Parse(std::string_view text);
  // Adds what was dropped after `this`.
  void Add(const DroppedStructure& more);
};

}  // namespace londiste::structure
