// What is wrong with this node's tables and their triggers: one call of londiste.check_tables.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pg/connection.h"
#include "pgq/conditions.h"

namespace londiste::tables {

inline constexpr std::array<std::string_view, 6> kTableFaults = {
    "table_missing", "trigger_missing", "trigger_disabled",
    "trigger_wrong", "key_lost",        "ddl_not_captured"};
bool IsTableFault(std::string_view kind);

// Conditions of those kinds, each about a table by its name on the queue. Nothing where that cannot
// be known: the schema is SkyTools', or the role may not ask.
std::optional<std::vector<pgq::Condition>> FindTableFaults(pqxx::transaction_base& tx,
                                                           const std::string& queue);

}  // namespace londiste::tables
