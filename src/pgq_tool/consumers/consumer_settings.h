// The settings of every consumer that is configured by an INI file.
#pragma once

#include <string>
#include <vector>

#include "config/settings.h"
#include "pgq/consumer.h"
#include "pgq_tool/consumers/forwarder.h"

namespace pgq_tool::consumers {

// Those of every consumer; and the same with those of the kind among them.
std::vector<config::Setting> CommonSettings();
std::vector<config::Setting> AllSettings(const ConsumerKind& kind);

Names ReadNames(const config::Settings& settings);
// All but what is called (on_failure). Throws base::ConfigError.
pgq::ConsumerOptions ReadConsumerOptions(const config::Settings& settings);
// consumer_filter and table_filter together, as a condition on the columns of events; "": all.
std::string EventFilter(const config::Settings& settings);
// loop_delay of zero or less: what waits is worked on, and that is all.
bool LoopsForEver(const config::Settings& settings);
// Lines for settings that are accepted and have no effect.
std::vector<std::string> SettingsWithoutEffect(const config::Settings& settings);

// The settings of those with a target database: dst_db.
config::Setting TargetSetting();
// A setting whose value does not do: what() begins with file and line.
[[noreturn]] void Refuse(const config::Settings& settings, std::string_view name,
                         const base::Error& error);

}  // namespace pgq_tool::consumers
