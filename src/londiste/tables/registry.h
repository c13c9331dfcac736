// The queue-wide registry of tables and sequences, which every node keeps a copy of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/settings.h"
#include "londiste/tables/registration_filter.h"
#include "pg/connection.h"

namespace londiste::tables {

struct RegisteredTable {
  std::string name;
  bool local = false;
  std::string state;  // "" for none
  std::string attrs;  // urlencoded
  std::string dest;   // local name; the same as `name` when it was not renamed
};

struct RegisteredSequence {
  std::string name;
  bool local = false;
  std::int64_t last_value = 0;
};

struct GlobalObjects {
  std::vector<RegisteredTable> tables;
  std::vector<RegisteredSequence> sequences;
};

std::vector<RegisteredTable> LoadTables(pqxx::transaction_base& tx, const std::string& queue);
std::vector<RegisteredSequence> LoadSequences(pqxx::transaction_base& tx, const std::string& queue);
GlobalObjects LoadGlobalObjects(pg::Connection& connection, const std::string& queue);

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
                          const std::vector<RegisteredTable>& provider,
                          const RegistrationFilters& filters);
void FollowProviderSequences(pqxx::transaction_base& tx, const std::string& queue,
                             const std::vector<RegisteredSequence>& provider,
                             const RegistrationFilters& filters);

}  // namespace londiste::tables
