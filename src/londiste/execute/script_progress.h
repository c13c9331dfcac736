// londiste.execute_progress: the script of a queue that this database has begun and not finished.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "pg/connection.h"
#include "pgq/ids.h"

namespace londiste::execute {

struct ScriptProgress {
  std::string file, sql;  // as the event has them, `@name@` included
  std::optional<std::string> attributes = {};
  std::optional<std::int64_t> event = {};  // not on the root
  std::optional<pgq::TickId> tick = {};
  bool part_applied = false;
  int statement = 1;  // the next one, from 1
  bool running = false, finished = false, sent = false;
  std::string decision = {}, error = {};
};

// SkyTools' schema, and that of an older release, has no such table.
bool KeepsProgress(pqxx::transaction_base& tx);
// Throws base::Error where there is no such table, with the way out.
void RequireProgressTable(pqxx::transaction_base& tx, const std::string& file);

std::optional<ScriptProgress> ReadProgress(pqxx::transaction_base& tx, const std::string& queue);
// Leaves the decision alone: it is somebody else's.
void WriteProgress(pqxx::transaction_base& tx, const std::string& queue,
                   const ScriptProgress& progress);
void RemoveProgress(pqxx::transaction_base& tx, const std::string& queue);

// A root's script that stands still; nullopt while a command is at work on it.
std::optional<ScriptProgress> FindInterrupted(pqxx::transaction_base& tx, const std::string& queue);
// The lock that a command holds in its session while it runs a script of the queue on the root.
inline constexpr const char* kTurnLock =
    "pg_catalog.hashtext('londiste execute'), pg_catalog.hashtext($1)";

// `Mend the cause ...`: what can be done on a node that a script has stopped.
std::string WaysOut(const std::string& file);

}  // namespace londiste::execute
