// What table handlers take from the configuration file.
#pragma once

#include <string>

#include "config/settings.h"

namespace londiste::handlers {

struct HandlerSettings {
  std::string shard_hash_func = "partconf.get_hash_raw";
  std::string shard_info_sql = "select shard_nr, shard_mask, shard_count from partconf.conf";

  static HandlerSettings Read(const config::Settings& settings);
  friend bool operator==(const HandlerSettings&, const HandlerSettings&) = default;
};

// The settings as the configuration file declares them; the defaults are those above.
std::vector<config::Setting> DeclaredHandlerSettings();

}  // namespace londiste::handlers
