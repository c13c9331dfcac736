#include "londiste/copy/range_options.h"

#include <fnmatch.h>

#include <algorithm>

#include "pg/qualified_name.h"

namespace londiste::copy {

bool RangeOptions::Names(std::string_view table) const {
  const std::string name(table);
  return std::ranges::any_of(tables, [&](const std::string& pattern) {
    // As SkyTools: a star matches dots too, so "*" alone is every table.
    return fnmatch(pattern.c_str(), name.c_str(), 0) == 0 ||
           fnmatch(pg::WithDefaultSchema(pattern).c_str(), name.c_str(), 0) == 0;
  });
}

}  // namespace londiste::copy
