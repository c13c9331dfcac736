#include "pgq_tool/commands/session.h"

#include <map>
#include <optional>
#include <vector>

#include "base/error.h"
#include "config/ini_file.h"
#include "config/settings.h"
#include "pg/conninfo.h"
#include "pgq/queue.h"
#include "pgq/subscription.h"

namespace pgq_tool::commands {
namespace {

constexpr const char* kKeys[] = {"db", "src_db"};

// The connect string of the first section that has one.
std::string FromFile(const std::string& path) {
  const config::IniFile file = config::IniFile::Load(path, config::Dialect::kLondiste);
  for (const std::string& section : file.sections()) {
    for (const char* key : kKeys) {
      if (file.Section(section).contains(key))
        return file.Value(section, key, config::PredefinedKeys(file, section))->value;
    }
  }
  throw base::ConfigError(path + ": no section has a setting db or src_db",
                          "Name the database with --db instead.");
}

// As psql takes it: a connect string, or only the name.
std::string FromName(const std::string& text) {
  const bool connstr = text.find('=') != std::string::npos || text.starts_with("postgres://") ||
                       text.starts_with("postgresql://");
  return connstr ? text : pg::FormatConnstr({{"dbname", text}});
}

std::string NearHint(const std::string& wrong, const std::vector<std::string>& known,
                     const std::string& otherwise) {
  const std::string near = config::DidYouMean(wrong, known);
  return near.empty() ? otherwise : "Did you mean \"" + near + "\"?";
}

}  // namespace

pg::ConnectOptions ReadConnectOptions(const CommandContext& context) {
  const command_line::ParsedLine& options = context.options;
  if (options.Has("db") && options.Has("config"))
    throw base::UsageError("--db and --config exclude each other");
  std::string connstr;
  if (options.Has("config")) connstr = FromFile(options.Value("config"));
  if (options.Has("db")) connstr = FromName(options.Value("db"));
  std::map<std::string, std::string> extra;
  for (const auto& [option, keyword] :
       {std::pair{"host", "host"}, {"port", "port"}, {"username", "user"}}) {
    if (options.Has(option)) extra[keyword] = options.Value(option);
  }
  return pg::ConnectOptions::Fixed(pg::MergeConnstr(connstr, pg::FormatConnstr(extra)),
                                   "pgq " + std::string(context.command),
                                   pg::TransactionPools::kAllow);
}

std::unique_ptr<pg::Connection> Connect(const CommandContext& context) {
  auto connection =
      std::make_unique<pg::Connection>(ReadConnectOptions(context), context.interrupt);
  const pqxx::result found =
      pg::ExecAutocommit(*connection,
                         "select pg_catalog.to_regprocedure('pgq.get_queue_info()') is not null, "
                         "pg_catalog.current_database()");
  if (!found[0][0].as<bool>())
    throw base::Error("database \"" + found[0][1].as<std::string>() + "\" has no schema pgq",
                      "A superuser installs it there: create extension pgq;");
  return connection;
}

void RequireQueue(pqxx::transaction_base& transaction, const std::string& queue) {
  if (pgq::GetQueueInfo(transaction, queue)) return;
  std::vector<std::string> known;
  for (const pgq::QueueInfo& info : pgq::ListQueues(transaction)) known.push_back(info.queue);
  throw base::Error("queue \"" + queue + "\" does not exist",
                    NearHint(queue, known, "\"pgq create " + queue + "\" makes it."));
}

void RequireConsumer(pqxx::transaction_base& transaction, const std::string& queue,
                     const std::string& consumer) {
  RequireQueue(transaction, queue);
  if (pgq::GetConsumerInfo(transaction, queue, consumer)) return;
  std::vector<std::string> known;
  for (const pgq::ConsumerInfo& info : pgq::ListConsumers(transaction, queue))
    known.push_back(info.consumer);
  throw base::Error("queue \"" + queue + "\" has no consumer \"" + consumer + "\"",
                    NearHint(consumer, known, "\"pgq consumers " + queue + "\" lists them."));
}

}  // namespace pgq_tool::commands
