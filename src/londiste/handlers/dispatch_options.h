// What the handler `dispatch` is told: which rows go where, and how tables for them are made.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "londiste/handlers/handler.h"

namespace londiste::handlers {

enum class TableMode { kPart, kDirect, kIgnore };
enum class PartMode { kBatchTime, kEventTime, kDateField, kCurrentTime };
enum class RowMode { kPlain, kKeepLatest, kKeepAll };
enum class LoadMode { kDirect, kBulk };
// As handler bulk, and: no change but inserts.
enum class LoadMethod { kCorrect, kDelete, kMerged, kInsert };

struct DispatchOptions {
  TableMode table_mode = TableMode::kPart;
  PartMode part_mode = PartMode::kBatchTime;
  RowMode row_mode = RowMode::kPlain;
  LoadMode load_mode = LoadMode::kDirect;
  LoadMethod method = LoadMethod::kCorrect;
  std::string period = "day";
  std::string part_name{};  // template; "": by period
  std::string part_func{};  // "": londiste.create_partition, public.create_partition
  std::string part_field{}, part_template{}, pre_part{}, post_part{}, retention_period{};
  std::string table{};        // as the argument says
  std::string event_types{};  // letters; "": all
  bool ignore_old_events = false, analyze = false;
  std::vector<std::pair<std::string, std::string>> fields{};  // of the event, here; empty: all
  std::set<std::string, std::less<>> skip_fields{};

  // `defaults`: of the variant. Throws UnusableHandler.
  static DispatchOptions Read(std::span<const HandlerArgument> arguments, DispatchOptions defaults,
                              std::string_view handler);
  static std::vector<HandlerKind::Argument> Arguments();

  // Where a column goes; nullopt: it is left out.
  std::optional<std::string> ColumnHere(std::string_view column) const;
  bool maps_columns() const { return !fields.empty() || !skip_fields.empty(); }
  // The name of the table for rows of that time, YYYY-MM-DD HH:MM:SS.
  std::string PartName(const std::string& parent, std::string_view time) const;
};

// base::FillTemplate that throws UnusableHandler.
std::string FillTemplate(std::string_view text, const std::map<std::string, std::string>& values);

}  // namespace londiste::handlers
