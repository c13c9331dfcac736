#include "londiste/handlers/dispatch_options.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "base/text_template.h"
#include "londiste/handlers/arguments.h"

namespace londiste::handlers {
namespace {

// The words of an argument; the place of one is its enumerator.
template <std::size_t count>
using Words = std::array<std::string_view, count>;

constexpr Words<3> kTableModes = {"part", "direct", "ignore"};
constexpr Words<4> kPartModes = {"batch_time", "event_time", "date_field", "current_time"};
constexpr Words<3> kRowModes = {"plain", "keep_latest", "keep_all"};
constexpr Words<2> kLoadModes = {"direct", "bulk"};
constexpr Words<4> kMethods = {"0", "1", "2", "3"};
constexpr Words<4> kPeriods = {"year", "month", "day", "hour"};

template <const auto& words>
bool IsOneOf(std::string_view value) {
  return std::ranges::find(words, value) != words.end();
}

template <class Enum, std::size_t count>
void Take(std::span<const HandlerArgument> arguments, std::string_view name,
          const Words<count>& words, Enum& value) {
  const std::string given = ValueOf(arguments, name);
  if (const auto found = std::ranges::find(words, given); found != words.end())
    value = static_cast<Enum>(found - words.begin());
}

void Take(std::span<const HandlerArgument> arguments, std::string_view name, std::string& value) {
  value = ValueOf(arguments, name, value);
}

bool IsEventTypes(std::string_view value) {
  return !value.empty() && value.find_first_not_of("IUD, ") == std::string_view::npos;
}

std::vector<std::string> List(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty())
    if (const std::string_view item = base::Trim(base::TakeUntil(text, ',')); !item.empty())
      items.emplace_back(item);
  return items;
}

}  // namespace

DispatchOptions DispatchOptions::Read(std::span<const HandlerArgument> arguments,
                                      DispatchOptions options, std::string_view handler) {
  Take(arguments, "table_mode", kTableModes, options.table_mode);
  Take(arguments, "part_mode", kPartModes, options.part_mode);
  Take(arguments, "row_mode", kRowModes, options.row_mode);
  Take(arguments, "load_mode", kLoadModes, options.load_mode);
  Take(arguments, "method", kMethods, options.method);
  for (const auto& [name, value] :
       {std::pair("period", &options.period), std::pair("part_name", &options.part_name),
        std::pair("part_func", &options.part_func), std::pair("part_field", &options.part_field),
        std::pair("part_template", &options.part_template),
        std::pair("pre_part", &options.pre_part), std::pair("post_part", &options.post_part),
        std::pair("retention_period", &options.retention_period),
        std::pair("table", &options.table)})
    Take(arguments, name, *value);
  for (const char letter : ValueOf(arguments, "event_types"))
    if (letter != ',' && letter != ' ') options.event_types += letter;
  options.ignore_old_events = IsOn(arguments, "ignore_old_events");
  options.analyze = IsOn(arguments, "analyze");
  for (const std::string& field : List(ValueOf(arguments, "fields"))) {
    const std::size_t colon = field.find(':');
    options.fields.emplace_back(field.substr(0, colon),
                                colon == std::string::npos ? field : field.substr(colon + 1));
  }
  for (std::string& field : List(ValueOf(arguments, "skip_fields")))
    options.skip_fields.insert(std::move(field));

  if (options.table_mode == TableMode::kPart && options.part_mode == PartMode::kDateField)
    (void)RequiredValueOf(arguments, "part_field", handler);
  if (options.ignore_old_events) (void)RequiredValueOf(arguments, "retention_period", handler);
  (void)options.PartName("parent", "2000-01-01 00:00:00");  // throws when it cannot be filled
  return options;
}

std::vector<HandlerKind::Argument> DispatchOptions::Arguments() {
  return {
      {"table_mode", "part: rows go into tables by time; direct: into the table; ignore: nowhere",
       IsOneOf<kTableModes>},
      {"part_mode",
       "which time: batch_time, of the batch's end; event_time; date_field, that of column "
       "part_field; current_time",
       IsOneOf<kPartModes>},
      {"part_field", "the column of part_mode date_field; new tables get a CHECK on it",
       IsNotEmpty},
      {"period", "year, month, day or hour: how much time a table holds", IsOneOf<kPeriods>},
      {"part_name",
       "the tables' name: %(parent)s, %(year)s, %(month)s, %(day)s, %(hour)s are filled in; "
       "default: %(parent)s_%(year)s and so on, down to the period",
       IsNotEmpty},
      {"part_func",
       "the function that makes a table: func(parent, part, pkeys, part_field, part_time, period); "
       "default: londiste.create_partition",
       IsNotEmpty},
      {"part_template",
       "SQL that makes a table, instead of part_func: %(dest)s, %(part)s, %(parent)s, %(pkeys)s, "
       "%(schema_table)s, %(part_field)s, %(part_time)s, %(period)s are filled in",
       IsNotEmpty},
      {"pre_part", "SQL before a table is made, filled in likewise", IsNotEmpty},
      {"post_part", "SQL after a table was made, filled in likewise", IsNotEmpty},
      {"retention_period",
       "an interval: when a table is made, those whose period has been over for longer are dropped",
       IsNotEmpty},
      {"ignore_old_events", "1: rows that are older than retention_period are left out", IsSwitch},
      {"row_mode",
       "plain: as on the provider; keep_latest: an update deletes the row from its table and "
       "inserts it; keep_all: each row that is inserted or updated is inserted, none deleted",
       IsOneOf<kRowModes>},
      {"event_types", "which changes count: letters I, U, D; default: all", IsEventTypes},
      {"load_mode", "direct, or bulk, where `method` counts", IsOneOf<kLoadModes>},
      {"method", "of load_mode bulk: 0, 1, 2 as handler bulk; 3: inserts only", IsOneOf<kMethods>},
      {"fields", "columns, a,b:c: the others are left out, and column b is called c here",
       IsNotEmpty},
      {"skip_fields", "columns that are left out", IsNotEmpty},
      {"table", "the table here, as --dest-table", IsNotEmpty},
      {"analyze", "1: at the end of a batch the tables that it changed are analyzed", IsSwitch},
      {"hash_key", "only the rows of this database's shard, as handler shard", IsNotEmpty},
      {"key", "the same, as older scripts call it", IsNotEmpty},
      {"disable_replay", "1: with hash_key; rows are passed on and not applied here", IsSwitch},
      kIgnoreTruncate,
      kKeepPartitions,
      kEncoding};
}

std::optional<std::string> DispatchOptions::ColumnHere(std::string_view column) const {
  if (skip_fields.contains(column)) return std::nullopt;
  if (fields.empty()) return std::string(column);
  for (const auto& [there, here] : fields)
    if (there == column) return here;
  return std::nullopt;
}

std::string DispatchOptions::PartName(const std::string& parent, std::string_view time) const {
  std::string name = part_name;
  if (name.empty()) {
    name = "%(parent)s_%(year)s";
    for (const auto& [part, periods] : {std::pair("month", "month day hour"),
                                        std::pair("day", "day hour"), std::pair("hour", "hour")})
      if (std::string_view(periods).find(period) != std::string_view::npos)
        name += std::string("_%(") + part + ")s";
  }
  std::map<std::string, std::string> values = base::TimePlaces(time);
  values["parent"] = parent;
  return FillTemplate(name, values);
}

std::string FillTemplate(std::string_view text, const std::map<std::string, std::string>& values) {
  try {
    return base::FillTemplate(text, values);
  } catch (const base::Error& error) {
    throw UnusableHandler(error.what(), "Command show-handlers lists what is filled in.");
  }
}

}  // namespace londiste::handlers
