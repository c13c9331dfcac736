#include "londiste/tables/event_names.h"

#include "pg/qualified_name.h"
#include "pg/quote.h"

namespace londiste::tables {

std::string QuotedEventNames(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    list += (list.empty() ? "" : ", ") + pg::QuoteLiteral(name);
    const pg::QualifiedName parts = pg::QualifiedName::Parse(name);
    if (parts.schema == pg::kDefaultSchema) list += ", " + pg::QuoteLiteral(parts.name);
  }
  return list;
}

}  // namespace londiste::tables
