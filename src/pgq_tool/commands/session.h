// The session of a command with the database that its options name.
#pragma once

#include <memory>
#include <string>

#include "pg/connection.h"
#include "pgq_tool/commands/command.h"

namespace pgq_tool::commands {

// Throws base::UsageError for options that contradict each other, base::ConfigError for --config,
// pg::ConnectFailed, base::Error where the database has no schema pgq.
std::unique_ptr<pg::Connection> Connect(const CommandContext& context);

// The same without the look for the schema: where options, environment and file lead.
pg::ConnectOptions ReadConnectOptions(const CommandContext& context);

// Throws base::Error with the way out when there is no such queue.
void RequireQueue(pqxx::transaction_base& transaction, const std::string& queue);
// The same for a consumer of the queue.
void RequireConsumer(pqxx::transaction_base& transaction, const std::string& queue,
                     const std::string& consumer);

}  // namespace pgq_tool::commands
