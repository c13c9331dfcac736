// The settings that a session of ours fixes, so that nothing a database or a role says changes
// what a name means, what a value is, or what a transaction sees.
#pragma once

#include <array>

namespace pg {

struct FixedSetting {
  const char* name;
  const char* value;  // as SET takes it
};

// In every session: values travel as text between servers with other defaults, so each session
// reads and writes them the same way, and waits as long as it is told to.
inline constexpr std::array<FixedSetting, 9> kFixedAlways{{
    {"datestyle", "'ISO'"},
    {"intervalstyle", "'postgres'"},
    {"extra_float_digits", "1"},
    {"bytea_output", "'hex'"},
    {"standard_conforming_strings", "on"},
    {"xmloption", "'content'"},
    {"lc_monetary", "'C'"},
    {"lock_timeout", "0"},
    {"statement_timeout", "0"},
}};

// In the sessions of pgqd and londiste too. An application's own statements on its connection keep
// the names and the transactions that its database gives it.
//
// Not among them, because nothing of ours depends on them: TimeZone (values carry their offset, and
// partitions by day follow the database's days), lc_messages, lc_numeric, lc_time, the planner's
// settings, and where and how tables are stored.
inline constexpr std::array<FixedSetting, 12> kFixedOfOurs{{
    {"default_transaction_isolation", "'read committed'"},
    {"default_transaction_read_only", "off"},
    {"default_transaction_deferrable", "off"},
    // Temporary tables last: they would be looked at first.
    {"search_path", "pg_catalog, pg_temp"},
    // An error instead of rows that are silently not there.
    {"row_security", "off"},
    {"array_nulls", "on"},
    {"quote_all_identifiers", "off"},
    {"transform_null_equals", "off"},
    {"backslash_quote", "'safe_encoding'"},
    {"xmlbinary", "'base64'"},
    {"gin_fuzzy_search_limit", "0"},
    {"exit_on_error", "off"},
}};

}  // namespace pg
