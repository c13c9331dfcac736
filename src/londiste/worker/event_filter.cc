#include "londiste/worker/event_filter.h"

#include "londiste/tables/table.h"

#include "pg/quote.h"

namespace londiste::worker {

std::string LocalOnlyFilter(pg::Connection& target, const ReplicationOptions& options) {
  std::string filter = "(ev_type like 'pgq.%' or ev_type like 'londiste.%'";
  if (!options.local_only_drop_execute) filter += " or ev_type = 'EXECUTE'";
  std::string names;
  pqxx::nontransaction tx(target);
  for (const std::string& name : tables::LocalNames(tables::ReadTables(tx, options.queue))) {
    names += (names.empty() ? "" : ", ") + pg::QuoteLiteral(name);
    // Events name tables of schema public either way.
    constexpr std::string_view kPublic = "public.";
    if (name.starts_with(kPublic)) names += ", " + pg::QuoteLiteral(name.substr(kPublic.size()));
  }
  if (!names.empty()) filter += " or ev_extra1 in (" + names + ")";
  return filter + ")";
}

}  // namespace londiste::worker
