#include "pgq_tool/consumers/load_rules.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "base/text_template.h"
#include "config/ini_file.h"
#include "pg/qualified_name.h"
#include "pgq_tool/consumers/statement_template.h"

namespace pgq_tool::consumers {
namespace {

constexpr std::string_view kSectionOfTable = "table ";
constexpr std::string_view kByDateField = "by-date-field:";

// The words of a setting; the place of one is its enumerator.
// "part" is what londiste's handler dispatch calls it.
constexpr std::array<std::string_view, 4> kTableModes = {"ignore", "direct", "split", "part"};
constexpr std::array<std::string_view, 2> kSplitModes = {"by-batch-time", "by-event-time"};
constexpr std::array<std::string_view, 4> kRowModes = {"plain", "keep_latest", "keep_all", "bulk"};
constexpr std::array<std::string_view, 4> kBulkModes = {"correct", "delete", "merged", "insert"};

template <class Enum, class Words>
Enum Meaning(const Words& words, std::string_view text) {
  return static_cast<Enum>(std::ranges::find(words, text) - words.begin());
}

template <class Words>
std::vector<std::string> Choices(const Words& words) {
  return {words.begin(), words.end()};
}

void ReadSplitMode(const std::string& text, LoadRules& rules) {
  if (text.starts_with(kByDateField) && text.size() > kByDateField.size()) {
    rules.split_mode = SplitMode::kDateField;
    rules.split_field = base::Trim(std::string_view(text).substr(kByDateField.size()));
    return;
  }
  if (std::ranges::find(kSplitModes, text) == kSplitModes.end())
    throw base::Error("setting \"split_mode\" is \"" + text + "\"",
                      "It is by-batch-time, by-event-time, or by-date-field:COLUMN.");
  rules.split_mode = Meaning<SplitMode>(kSplitModes, text);
}

// id, name:title; nothing, or *: all.
std::vector<ChosenField> ReadFields(const std::vector<std::string>& list) {
  std::vector<ChosenField> fields;
  if (list == std::vector<std::string>{"*"}) return fields;
  for (const std::string& item : list) {
    const std::size_t colon = item.find(':');
    const std::string name(base::Trim(item.substr(0, colon)));
    const std::string as =
        colon == std::string::npos ? name : std::string(base::Trim(item.substr(colon + 1)));
    if (name.empty() || as.empty() || name == "*")
      throw base::Error("setting \"fields\": \"" + item + "\" is no column",
                        "It is a list of columns, such as id, name:title, or * for all.");
    if (std::ranges::find(fields, name, &ChosenField::name) != fields.end() ||
        std::ranges::find(fields, as, &ChosenField::as) != fields.end())
      throw base::Error("setting \"fields\": a column is there twice, at \"" + item + "\"");
    fields.push_back({name, as});
  }
  return fields;
}

LoadRules ReadRules(const config::Settings& settings, const std::string& dest) {
  LoadRules rules;
  rules.dest = pg::QualifiedName::Parse(dest);
  rules.table_mode = Meaning<TableMode>(kTableModes, settings.text("table_mode"));
  if (settings.text("table_mode") == "part") rules.table_mode = TableMode::kSplit;
  rules.row_mode = Meaning<RowMode>(kRowModes, settings.text("row_mode"));
  rules.bulk_mode = Meaning<BulkMode>(kBulkModes, settings.text("bulk_mode"));
  rules.fields = ReadFields(settings.list("fields"));
  rules.split_part = settings.text("split_part");
  rules.split_part_template = settings.text("split_part_template");
  ReadSplitMode(settings.text("split_mode"), rules);
  // What cannot be filled in shows now.
  constexpr std::string_view kSomeTime = "2000-01-01 00:00:00";
  const pg::QualifiedName part = rules.PartFor(kSomeTime);
  if (part == rules.dest && rules.table_mode == TableMode::kSplit)
    throw base::Error("setting \"split_part\" names the table itself",
                      "Put the time into it: %%(table_name)s_%%(year)s_%%(month)s");
  if (!rules.split_part_template.empty())
    RefuseTransactions(rules.PartScript(part, {"id"}, kSomeTime));
  return rules;
}

// Those of the program's section become the defaults of a table's.
std::vector<config::Setting> WithDefaults(const config::Settings& settings,
                                          const config::IniFile& file) {
  std::vector<config::Setting> declared = LoadRuleSettings();
  for (config::Setting& setting : declared) {
    const std::string& value = settings.text(setting.name);
    setting.default_value.clear();
    // A default with a reference has its percent signs doubled, any other has not.
    const bool refers = value.find("%(") != std::string::npos;
    for (const char c : value) setting.default_value.append(refers && c == '%' ? 2 : 1, c);
  }
  // [DEFAULT] is part of each section, and holds settings of the program.
  for (const auto& [key, entry] : file.Section("DEFAULT"))
    if (std::ranges::find(declared, key, &config::Setting::name) == declared.end())
      declared.push_back({.name = key, .hidden = true});
  return declared;
}

}  // namespace

pg::QualifiedName LoadRules::PartFor(std::string_view time) const {
  std::map<std::string, std::string> values = base::TimePlaces(time);
  values["table_name"] = values["parent"] = dest.ToString();
  return pg::QualifiedName::Parse(base::FillTemplate(split_part, values));
}

std::string LoadRules::PartScript(const pg::QualifiedName& part,
                                  const std::vector<std::string>& keys,
                                  std::string_view time) const {
  std::map<std::string, std::string> values = base::TimePlaces(time);
  std::string& key = values["pkey"];
  for (const std::string& column : keys) key += (key.empty() ? "" : ", ") + pg::QuoteIdent(column);
  values["pkeys"] = key;
  values["part"] = part.Quoted();
  values["parent"] = values["dest"] = values["table_name"] = dest.Quoted();
  values["schema_table"] = part.schema + "__" + part.name;
  return base::FillTemplate(split_part_template, values);
}

LoadRuleSet::LoadRuleSet(const config::Settings& settings) {
  const std::string& path = settings.text("tables_file");
  const config::IniFile file = config::IniFile::Load(path, config::Dialect::kLondiste);
  const auto read = [&](const std::string& section, const std::string& table,
                        const config::Settings& of_table) {
    try {
      return ReadRules(of_table, table);
    } catch (const base::Error& error) {
      throw base::ConfigError(path + ": section [" + section + "]: " + error.what(), error.hint());
    }
  };
  others_ = read(settings.section(), "table", settings);
  const std::vector<config::Setting> declared = WithDefaults(settings, file);
  for (const std::string& section : file.sections()) {
    if (!section.starts_with(kSectionOfTable)) continue;
    const std::string table =
        pg::WithDefaultSchema(base::Trim(std::string_view(section).substr(kSectionOfTable.size())));
    const config::Settings of_table = config::Settings::Load(
        declared, file, {section}, {}, config::UnknownKeys::kWarn,
        [&](const std::string& line) { warnings_.push_back(line + " in [" + section + "]"); });
    if (!tables_.emplace(table, read(section, table, of_table)).second)
      throw base::ConfigError(path + ": two sections for table " + table,
                              "A name without a schema is one of schema public.");
  }
}

const LoadRules& LoadRuleSet::For(std::string_view table) {
  const auto found = tables_.find(table);
  if (found != tables_.end()) return found->second;
  LoadRules rules = others_;
  rules.dest = pg::QualifiedName::Parse(table);
  if (rules.table_mode == TableMode::kIgnore)
    spdlog::warn(
        "events of table {} are passed over: the file has no section [table {}] that says where "
        "they go",
        table, table);
  return tables_.emplace(table, std::move(rules)).first->second;
}

std::vector<config::Setting> LoadRuleSettings() {
  using config::Type;
  return {
      {.name = "table_mode",
       .type = Type::kEnum,
       .default_value = "ignore",
       .choices = Choices(kTableModes),
       .help = "Where a table's rows go: direct, into the table of that name; split or part, into "
               "tables by time, which are made when their first row comes; ignore, nowhere.",
       .reloadable = true},
      {.name = "split_mode",
       .default_value = "by-batch-time",
       .help = "Which time: by-batch-time, of the batch's end; by-event-time, when the row was "
               "changed; by-date-field:COLUMN, that of a column.",
       .reloadable = true},
      {.name = "split_part",
       .default_value = "%%(table_name)s_%%(year)s_%%(month)s_%%(day)s",
       .help = "The name of a table by time: %%(table_name)s, %%(year)s, %%(month)s, %%(day)s and "
               "%%(hour)s are filled in.",
       .reloadable = true},
      {.name = "split_part_template",
       .help = "Statements that make such a table: %%(part)s is its name, %%(parent)s that of the "
               "table, %%(pkey)s the columns of its key. Default: londiste.create_partition where "
               "the target has it, otherwise a child table with all that its parent has.",
       .reloadable = true},
      {.name = "row_mode",
       .type = Type::kEnum,
       .default_value = "plain",
       .choices = Choices(kRowModes),
       .help = "plain: as at the source; keep_latest: an update deletes the row from its table and "
               "inserts it; keep_all: each row that is inserted or updated is inserted, none is "
               "deleted; bulk: as plain, a batch's changes of a table as one set.",
       .reloadable = true},
      {.name = "bulk_mode",
       .type = Type::kEnum,
       .default_value = "correct",
       .choices = Choices(kBulkModes),
       .help = "Of row_mode bulk: correct; delete, where an update is DELETE and INSERT; merged, "
               "where rows to insert are deleted before; insert, where nothing but inserts may "
               "come.",
       .reloadable = true},
      {.name = "fields",
       .type = Type::kList,
       .default_value = "*",
       .help = "The columns that are loaded, with their names in the target where these are "
               "others: id, name:title. *: all as they are. The columns of the key must be among "
               "them; that of split_mode need not be.",
       .reloadable = true},
  };
}

config::Setting TablesFileSetting() {
  return {.name = "tables_file",
          .type = config::Type::kPath,
          .default_value = "%(config_file)s",
          .help =
              "File with the sections [table NAME], which say the same for one table. Default: "
              "this file.",
          .reloadable = true};
}

}  // namespace pgq_tool::consumers
