#include "londiste/handlers/handler_settings.h"

#include "base/error.h"
#include "londiste/handlers/obfuscation_map.h"

namespace londiste::handlers {
namespace {

std::string HidingKey(const config::Settings& settings) {
  const std::string& key = settings.text("obfuscator_key");
  if (key.size() > kLongestHidingKey)
    throw base::ConfigError(settings.origin("obfuscator_key").ToString() + ": obfuscator_key has " +
                            std::to_string(key.size()) + " bytes; it may have " +
                            std::to_string(kLongestHidingKey));
  return key;
}

}  // namespace

HandlerSettings HandlerSettings::Read(const config::Settings& settings) {
  HandlerSettings read;
  read.shard_hash_func = settings.text("shard_hash_func");
  read.shard_info_sql = settings.text("shard_info_sql");
  const std::string& map = settings.text("obfuscator_map");
  if (!map.empty())
    read.obfuscation = ObfuscationMap::ReadFile(map, HidingKey(settings),
                                                settings.origin("obfuscator_map").ToString());
  return read;
}

std::vector<config::Setting> DeclaredHandlerSettings() {
  const HandlerSettings defaults;
  return {
      {.name = "handler_modules",
       .type = config::Type::kList,
       .help =
           "Files with handlers of one's own: absolute paths of shared objects, which belong to "
           "root or to the user that runs the worker, and which nobody else may write. Names of "
           "SkyTools' modules, whose handlers are built in, may stand here, too; the program warns "
           "of those that it does not have."},
      {.name = "shard_hash_func",
       .default_value = defaults.shard_hash_func,
       .help = "Handler shard: the SQL function that makes a number of a row's key, as it is "
               "called in the database of the root. Used by add-table and by table copies.",
       .reloadable = true},
      {.name = "shard_info_sql",
       .default_value = defaults.shard_info_sql,
       .help = "Handler shard: the query that tells which rows belong into this node's database. "
               "Columns shard_nr and shard_mask of its one row: those for which hash & shard_mask "
               "= shard_nr.",
       .reloadable = true},
      {.name = "obfuscator_map",
       .type = config::Type::kPath,
       .help = "Handler obfuscate: a YAML file with the columns of each table and what becomes of "
               "them. A reload reads it again.",
       .reloadable = true},
      {.name = "obfuscator_key",
       .help = "Handler obfuscate: what hashes are made with, at most 32 bytes. Without it they "
               "can be undone by guessing. Whoever has it can do so too: keep the file from "
               "others' eyes.",
       .reloadable = true},
  };
}

}  // namespace londiste::handlers
