#include "londiste/apply/staging.h"

#include "pg/quote.h"

namespace londiste::apply {
namespace {

// Each is emptied at each commit.
constexpr std::size_t kMostStages = 50;

std::string Definition(const structure::TableShape& table,
                       const std::vector<const structure::TableColumn*>& columns) {
  std::string list;
  for (std::size_t at = 0; at < columns.size(); ++at)
    list += pg::QuoteIdent(columns[at]->name) + " as c" + std::to_string(at) + ", ";
  return " on commit delete rows as select " + list +
         "null::pg_catalog.bool as was_there, null::pg_catalog.bool as is_there from " +
         table.name.Quoted() + " with no data";
}

}  // namespace

const std::string& Staging::Prepare(const structure::TableShape& table,
                                    const std::vector<const structure::TableColumn*>& columns,
                                    StatementSeries& series) {
  DropUnwanted(series);
  const std::string definition = Definition(table, columns);
  const auto found = stages_.find(definition);
  if (found != stages_.end()) {
    if (found->second.filled) series.Add("truncate " + found->second.name);
    found->second.filled = true;
    return found->second.name;
  }
  if (stages_.size() >= kMostStages) {
    Forget();
    DropUnwanted(series);
  }
  const std::string name = "londiste_stage_" + std::to_string(next_id_++);
  series.Add("create temporary table " + name + definition);
  return stages_.emplace(definition, Stage{"pg_temp." + name, false, false, true})
      .first->second.name;
}

void Staging::Released() {
  for (auto& [definition, stage] : stages_) stage.released = true;
}

void Staging::Undone() {
  std::erase_if(stages_, [](const auto& entry) { return !entry.second.released; });
  for (auto& [definition, stage] : stages_) stage.filled = true;
}

void Staging::Committed() {
  for (auto& [definition, stage] : stages_) {
    stage.committed = stage.released;
    stage.filled = false;
  }
}

void Staging::RolledBack() {
  std::erase_if(stages_, [](const auto& entry) { return !entry.second.committed; });
  for (auto& [definition, stage] : stages_) stage.filled = false;
}

void Staging::Forget() {
  for (const auto& [definition, stage] : stages_) unwanted_.push_back(stage.name);
  stages_.clear();
}

// Those of a transaction that rolled back may be among them, or their owner's rights gone.
void Staging::DropUnwanted(StatementSeries& series) {
  if (unwanted_.empty()) return;
  std::string sql = "drop table if exists ";
  for (const std::string& name : unwanted_) sql += (name == unwanted_.front() ? "" : ", ") + name;
  series.Add(sql);
  unwanted_.clear();
}

}  // namespace londiste::apply
