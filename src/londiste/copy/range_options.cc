#include "londiste/copy/range_options.h"

#include <algorithm>

#include "londiste/tables/name_selection.h"
#include "pg/qualified_name.h"

namespace londiste::copy {

bool RangeOptions::Names(std::string_view table) const {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    // As SkyTools: a star matches dots too, so "*" alone is every table.
    return tables::MatchesPattern(table, pattern) ||
           tables::MatchesPattern(table, pg::WithDefaultSchema(pattern));
  });
}

}  // namespace londiste::copy
