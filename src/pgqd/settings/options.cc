#include "pgqd/settings/options.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <sstream>

#include "base/error.h"
#include "pg/conninfo.h"
#include "pg/server_alive.h"

namespace pgqd {
namespace {

// SkyTools' pgqd takes blanks between names as well as commas.
void SplitAtBlanks(const std::string& words, std::vector<std::string>& to) {
  std::istringstream stream(words);
  for (std::string word; stream >> word;) to.push_back(word);
}

}  // namespace

Options ReadOptions(const config::Settings& settings) {
  Options options;
  options.base_connstr = settings.text("base_connstr");
  try {
    pg::ParseConnstr(options.base_connstr);
  } catch (const base::Error& error) {
    throw base::ConfigError(
        settings.origin("base_connstr").ToString() + ": base_connstr: " + error.what(),
        "Write it as host=... port=... user=..., without dbname.");
  }
  options.initial_database = settings.text("initial_database");
  for (const std::string& words : settings.list("database_list"))
    SplitAtBlanks(words, options.database_list);
  options.trusted_owners_only = settings.boolean("trusted_owners_only");
  options.check_period = settings.seconds("check_period");
  options.connection_lifetime = settings.seconds("connection_lifetime");
  options.server_alive_timeout = settings.seconds("server_alive_timeout");
  options.maint_period = settings.seconds("maint_period");
  options.retry_period = settings.seconds("retry_period");
  options.ticker_period = settings.seconds("ticker_period");
  options.stats_period = settings.seconds("stats_period");
  options.on_demand = settings.boolean("ticker_on_demand");
  options.active_poll = settings.seconds("ticker_active_poll");
  options.idle_poll = std::max(settings.seconds("ticker_idle_poll"), options.active_poll);
  options.retick_period = std::max(settings.seconds("ticker_retick_period"), options.active_poll);
  options.max_rate = static_cast<double>(settings.integer("ticker_max_rate"));
  options.max_share = static_cast<double>(settings.integer("ticker_max_share")) / 100;
  return options;
}

pg::ConnectOptions ConnectTo(const Options& options, const std::string& database,
                             const std::string& purpose) {
  return pg::ConnectOptions::Fixed(
      pg::MergeConnstr(options.base_connstr, pg::FormatConnstr({{"dbname", database}})),
      "pgqd " + purpose, pg::TransactionPools::kAllow);
}

void WatchServers(base::Duration server_alive_timeout) {
  pg::WatchServers(server_alive_timeout, [](const pg::AliveReport& report) {
    const bool working = report.outcome == pg::AliveReport::Outcome::kWorking;
    spdlog::log(working ? spdlog::level::info : spdlog::level::warn, "{}", report.message);
  });
}

}  // namespace pgqd
