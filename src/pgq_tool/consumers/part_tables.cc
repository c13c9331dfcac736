#include "pgq_tool/consumers/part_tables.h"

#include <spdlog/spdlog.h>

#include "base/error.h"
#include "pg/may_call.h"
#include "pg/quote.h"

namespace pgq_tool::consumers {
namespace {

bool Exists(pqxx::transaction_base& tx, const pg::QualifiedName& table) {
  return tx.exec_params1("select pg_catalog.to_regclass($1) is not null", table.Quoted())[0]
      .as<bool>();
}

void Make(pqxx::transaction_base& tx, const LoadRules& rules, const pg::QualifiedName& part,
          std::string_view time, const std::vector<std::string>& keys) {
  if (!rules.split_part_template.empty()) {
    tx.exec(rules.PartScript(part, keys, time));
  } else if (pg::MayCall(tx,
                         "londiste.create_partition(text, text, text, text, timestamptz, text)")) {
    // Without a column: by which the name goes on is not known here.
    tx.exec_params("select londiste.create_partition($1, $2, '', '', null, '')",
                   rules.dest.ToString(), part.ToString());
  } else {
    tx.exec("create table " + part.Quoted() + " (like " + rules.dest.Quoted() +
            " including all) inherits (" + rules.dest.Quoted() + ")");
  }
  if (!Exists(tx, part))
    throw base::Error("table " + part.ToString() + " does not exist after it was made",
                      "split_part_template makes another: %%(part)s is the name that it is asked "
                      "for.");
  spdlog::info("Created table: {}", part.ToString());
}

}  // namespace

pg::QualifiedName PartTables::For(pqxx::transaction_base& tx, const LoadRules& rules,
                                  std::string_view time, const std::vector<std::string>& keys) {
  pg::QualifiedName part = rules.PartFor(time);
  if (known_.insert(part).second && !Exists(tx, part)) Make(tx, rules, part, time, keys);
  return part;
}

}  // namespace pgq_tool::consumers
