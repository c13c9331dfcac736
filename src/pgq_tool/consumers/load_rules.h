// What the sections [table NAME] of queue-loader's file say: which rows go where, and how.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "pg/quote.h"
#include "pgq_tool/consumers/row_change.h"

namespace pgq_tool::consumers {

enum class TableMode { kIgnore, kDirect, kSplit };
enum class SplitMode { kBatchTime, kEventTime, kDateField };
enum class RowMode { kPlain, kKeepLatest, kKeepAll, kBulk };
enum class BulkMode { kCorrect, kDelete, kMerged, kInsert };

// Of one table.
struct LoadRules {
  TableMode table_mode = TableMode::kIgnore;
  SplitMode split_mode = SplitMode::kBatchTime;
  std::string split_field{};          // of kDateField
  std::string split_part{};           // template of a name
  std::string split_part_template{};  // of a script; "": as londiste.create_partition does
  RowMode row_mode = RowMode::kPlain;
  BulkMode bulk_mode = BulkMode::kCorrect;
  std::vector<ChosenField> fields{};  // none: all as they are
  pg::QualifiedName dest{};

  // The table for rows of that time, as base::ReadTimestamp returns it.
  pg::QualifiedName PartFor(std::string_view time) const;
  // split_part_template for that table. `keys`: names of columns.
  std::string PartScript(const pg::QualifiedName& part, const std::vector<std::string>& keys,
                         std::string_view time) const;
};

class LoadRuleSet {
 public:
  // Reads the file's sections [table NAME] besides the settings, which count where a section does
  // not say otherwise. Throws base::ConfigError.
  explicit LoadRuleSet(const config::Settings& settings);

  // By the name in ev_extra1. The first time that a table is asked for that no section names, it is
  // told in the log if its events are passed over.
  const LoadRules& For(std::string_view table);
  // Settings in these sections that mean nothing here, as lines for the log.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  LoadRules others_;
  std::map<std::string, LoadRules, std::less<>> tables_;
  std::vector<std::string> warnings_;
};

// Those of a table; the same names are settings of the program's section, for all tables.
std::vector<config::Setting> LoadRuleSettings();
// The file that has the sections: this one.
config::Setting TablesFileSetting();

}  // namespace pgq_tool::consumers
