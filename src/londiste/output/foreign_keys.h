// Foreign keys as command fkeys shows them.
#pragma once

#include <string>
#include <vector>

namespace londiste::output {

struct ForeignKeyLine {
  std::string from_table, to_table, name;
  std::string statement;               // makes it
  bool pending = false;                // it waits to be made
  std::vector<std::string> waits_for;  // tables that are not in sync
};

// The statements; those of pending ones with a comment before them.
std::string ForeignKeysText(const std::vector<ForeignKeyLine>& keys);
// The keys are listed in the manual page.
std::string ForeignKeysJson(const std::string& queue, const std::vector<ForeignKeyLine>& keys);

}  // namespace londiste::output
