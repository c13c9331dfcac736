#include "londiste/worker/event_filter.h"

#include "londiste/tables/event_names.h"
#include "londiste/tables/table.h"

namespace londiste::worker {

std::string LocalOnlyFilter(pg::Connection& target, const ReplicationOptions& options) {
  std::string filter = "(ev_type like 'pgq.%' or ev_type like 'londiste.%'";
  if (!options.local_only_drop_execute) filter += " or ev_type = 'EXECUTE'";
  pqxx::nontransaction tx(target);
  const std::string names =
      tables::QuotedEventNames(tables::LocalNames(tables::ReadTables(tx, options.queue)));
  if (!names.empty()) filter += " or ev_extra1 in (" + names + ")";
  return filter + ")";
}

}  // namespace londiste::worker
