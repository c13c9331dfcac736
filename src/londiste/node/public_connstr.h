// The connect string under which other nodes will reach this one: is it usable, and does it lead
// here?
#pragma once

#include <string>
#include <string_view>

#include "londiste/node/command_context.h"
#include "pg/connection.h"
#include "pg/same_database.h"

namespace londiste::node {

bool LooksLikeConnstr(std::string_view text);
// Throws base::UsageError when `text` is a mere word. `what`: where it was given, "--provider".
void RequireConnstr(std::string_view what, const std::string& text);

// Warns when it has neither host nor service: other machines cannot use it.
void WarnOfMissingHost(const std::string& connstr);

// Compares database name and oid, and whether a transaction made through the public string becomes
// visible through the local connection (a clone of the server has the same name and oid). Throws
// base::Error `Public connect string points to different database than local connect string`.
void VerifyPublicConnstr(const CommandContext& context, pg::Connection& local,
                         const std::string& connstr);

// The failure bits of the comparison: 1 other database, 2 its transaction was already visible
// before it began, 4 it did not become visible.
int FailBits(const pg::DatabaseComparison& facts);

}  // namespace londiste::node
