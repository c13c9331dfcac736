// The settings as the threads use them, and how a reload reaches the threads.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/settings.h"
#include "pg/connection.h"

namespace pgqd {

// Immutable once made.
struct Options {
  std::string base_connstr;
  std::string initial_database;
  std::vector<std::string> database_list;
  bool trusted_owners_only = false;
  base::Duration check_period{60'000};
  base::Duration connection_lifetime{3'600'000};
  base::Duration server_alive_timeout{30'000};  // 0: never asked for
  base::Duration maint_period{120'000};
  base::Duration retry_period{30'000};
  base::Duration ticker_period{1'000};
  base::Duration stats_period{30'000};
  bool on_demand = true;
  base::Duration active_poll{2};
  base::Duration idle_poll{150};
  base::Duration retick_period{50};
  double max_rate = 200;   // ticks on demand a second, of each queue
  double max_share = 0.2;  // of one processor, for all ticks on demand
};

// Throws base::ConfigError when base_connstr is no connection string.
Options ReadOptions(const config::Settings& settings);

// How to connect to `database`; `purpose` shows in pg_stat_activity as "pgqd <purpose>".
pg::ConnectOptions ConnectTo(const Options& options, const std::string& database,
                             const std::string& purpose);

// Puts server_alive_timeout into force; what is found goes to the log.
void WatchServers(base::Duration server_alive_timeout);

// The options in force. Any thread; a reload replaces them as a whole.
class LiveOptions {
 public:
  explicit LiveOptions(Options options)
      : current_(std::make_shared<const Options>(std::move(options))) {}
  // Shared between the threads that still read the old ones.
  std::shared_ptr<const Options> Get() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }
  void Set(Options options) {
    auto newer = std::make_shared<const Options>(std::move(options));
    const std::lock_guard lock(mutex_);
    current_ = std::move(newer);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Options> current_;
};

}  // namespace pgqd
