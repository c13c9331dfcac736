// What table handlers take from the configuration file.
#pragma once

#include <memory>
#include <string>

#include "config/settings.h"

namespace londiste::handlers {

class ObfuscationMap;

struct HandlerSettings {
  std::string shard_hash_func = "partconf.get_hash_raw";
  std::string shard_info_sql = "select shard_nr, shard_mask, shard_count from partconf.conf";

  // nullptr: the setting is not there. Another object whenever the file was read.
  std::shared_ptr<const ObfuscationMap> obfuscation{};

  // Throws base::ConfigError, also for files that settings name.
  static HandlerSettings Read(const config::Settings& settings);
  friend bool operator==(const HandlerSettings&, const HandlerSettings&) = default;
};

// The settings as the configuration file declares them; the defaults are those above.
std::vector<config::Setting> DeclaredHandlerSettings();

}  // namespace londiste::handlers
