#include "londiste/handlers/handler_settings.h"

namespace londiste::handlers {

HandlerSettings HandlerSettings::Read(const config::Settings& settings) {
  HandlerSettings read;
  read.shard_hash_func = settings.text("shard_hash_func");
  read.shard_info_sql = settings.text("shard_info_sql");
  return read;
}

std::vector<config::Setting> DeclaredHandlerSettings() {
  const HandlerSettings defaults;
  return {
      {.name = "handler_modules",
       .type = config::Type::kList,
       .help =
           "Table handlers are built in. In files of SkyTools: the modules that they come from; "
           "the program warns of those that it does not have."},
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
  };
}

}  // namespace londiste::handlers
