// Definitions as pg_get_indexdef, pg_get_triggerdef and the like write them, for a table of another
// name.
#pragma once

#include <string>
#include <string_view>

namespace londiste::structure {

// What is before and behind a name.
struct SplitDefinition {
  std::string before, after;
};

// Where `name`, quoted as the server quotes it, first stands directly behind `keyword` (" ON ",
// with its blanks) and outside of quotes. Throws base::Error when it does not.
SplitDefinition SplitDefinitionAt(std::string_view definition, std::string_view keyword,
                                  std::string_view name);
// With `to` for every `name` outside of quotes.
std::string ReplaceName(std::string_view definition, std::string_view name, std::string_view to);

}  // namespace londiste::structure
