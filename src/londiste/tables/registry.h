// The queue-wide registry of tables and sequences, which every node keeps a copy of.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"
#include "londiste/tables/registration_filter.h"
#include "londiste/tables/sequences.h"
#include "londiste/tables/table.h"
#include "pg/connection.h"

namespace londiste::tables {

struct GlobalObjects {
  std::vector<Table> tables;
  std::vector<Sequence> sequences;
};

GlobalObjects ReadGlobalObjects(pg::Connection& connection, const std::string& queue);

// register_only_tables, register_skip_tables and the same for sequences: which objects a node takes
// notice of.
struct RegistrationFilters {
  explicit RegistrationFilters(const config::Settings& settings);
  RegistrationFilter tables, sequences;
};

// Registers all of `objects` on the node of `tx`'s database; not local yet.
void RegisterGlobalObjects(pqxx::transaction_base& tx, const std::string& queue,
                           const GlobalObjects& objects, const RegistrationFilters& filters);

// Brings the registry of a branch or leaf to the provider's state, in `tx`, and logs each
// difference.
void FollowProviderTables(pqxx::transaction_base& tx, const std::string& queue,
                          const std::vector<Table>& provider, const RegistrationFilters& filters);
void FollowProviderSequences(pqxx::transaction_base& tx, const std::string& queue,
                             const std::vector<Sequence>& provider,
                             const RegistrationFilters& filters);

}  // namespace londiste::tables
