#include "londiste/handlers/partitions.h"

#include <spdlog/spdlog.h>

#include "pg/may_call.h"
#include "pg/quote.h"
#include "pg/sqlstate.h"

namespace londiste::handlers {
namespace {

constexpr const char* kArguments = "(text, text, text, text, timestamptz, text)";

bool Exists(pqxx::transaction_base& tx, const pg::QualifiedName& table) {
  return tx.exec_params1("select pg_catalog.to_regclass($1) is not null", table.Quoted())[0]
      .as<bool>();
}

}  // namespace

// "": none, the table is cloned.
std::string Partitions::Function(pqxx::transaction_base& tx) const {
  if (!options_.part_func.empty()) return pg::QuoteFqIdent(options_.part_func);
  for (const char* function : {"londiste.create_partition", "public.create_partition"})
    if (pg::MayCall(tx, std::string(function) + kArguments)) return function;
  return "";
}

void Partitions::Check(pqxx::transaction_base& tx) const {
  if (!options_.part_func.empty() && options_.part_template.empty() &&
      !pg::MayCall(tx, pg::QuoteFqIdent(options_.part_func) + kArguments))
    throw UnusableHandler("function " + options_.part_func + kArguments +
                              ", argument part_func, does not exist or may not be called",
                          "Create it here, or leave the argument out.");
  for (const std::string& text : {options_.pre_part, options_.part_template, options_.post_part})
    (void)Fill(text, parent_, "2000-01-01 00:00:00", "");
  if (options_.retention_period.empty()) return;
  try {
    tx.exec_params("select $1::text::interval", options_.retention_period);
  } catch (const pqxx::sql_error& error) {
    if (error.sqlstate() == pg::sqlstate::kQueryCanceled) throw;
    throw UnusableHandler("argument retention_period: \"" + options_.retention_period +
                          "\" is not an interval");
  }
}

const pg::QualifiedName* Partitions::For(std::string_view time, const std::string& keys,
                                         BatchTarget& target) {
  const std::string name = options_.PartName(parent_.ToString(), time);
  const auto found = known_.find(name);
  if (found != known_.end()) return found->second.wanted ? &found->second.name : nullptr;
  pqxx::transaction_base& tx = target.Statements().tx;
  Part part{pg::QualifiedName::Parse(name)};
  if (options_.ignore_old_events)
    part.wanted = !tx.exec_params1(
                         "select coalesce(londiste.is_obsolete_partition($1, $2::text::interval, "
                         "$3), false)",
                         name, options_.retention_period, options_.period)[0]
                       .as<bool>();
  if (part.wanted && !Exists(tx, part.name)) {
    // Before: the new table may be one of those itself.
    if (!options_.retention_period.empty()) DropOld(tx);
    Make(tx, part.name, time, keys);
    spdlog::info("Created table: {}", name);
  }
  const Part& kept = known_.emplace(name, std::move(part)).first->second;
  return kept.wanted ? &kept.name : nullptr;
}

void Partitions::DropOld(pqxx::transaction_base& tx) {
  for (const pqxx::row& row :
       tx.exec_params("select londiste.drop_obsolete_partitions($1, $2::text::interval, $3)",
                      parent_.ToString(), options_.retention_period, options_.period))
    spdlog::info("Dropped table: {}", row[0].c_str());
  known_.clear();
}

std::string Partitions::Fill(const std::string& text, const pg::QualifiedName& part,
                             std::string_view time, const std::string& keys) const {
  return FillTemplate(text, {{"dest", parent_.Quoted()},
                             {"part", part.Quoted()},
                             {"parent", parent_.Quoted()},
                             {"pkeys", keys},
                             {"schema_table", part.schema + "__" + part.name},
                             {"part_field", options_.part_field},
                             {"part_time", std::string(time)},
                             {"period", options_.period}});
}

void Partitions::Make(pqxx::transaction_base& tx, const pg::QualifiedName& part,
                      std::string_view time, const std::string& keys) {
  if (!options_.pre_part.empty()) tx.exec(Fill(options_.pre_part, part, time, keys));
  const std::string function = Function(tx);
  if (!options_.part_template.empty()) {
    tx.exec(Fill(options_.part_template, part, time, keys));
  } else if (!function.empty()) {
    const std::string field =
        options_.part_mode == PartMode::kDateField ? options_.part_field : std::string();
    tx.exec_params("select " + function + "($1, $2, $3, $4, $5, $6)", parent_.ToString(),
                   part.ToString(), keys, field, std::string(time), options_.period);
  } else {
    tx.exec("create table " + part.Quoted() + " (like " + parent_.Quoted() + " including all)");
  }
  if (!options_.post_part.empty()) tx.exec(Fill(options_.post_part, part, time, keys));
  if (!Exists(tx, part))
    throw base::Error("table " + part.ToString() + " does not exist after it was made",
                      "Argument part_template or part_func of the table's handler makes another.");
}

}  // namespace londiste::handlers
