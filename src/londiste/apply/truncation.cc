#include "londiste/apply/truncation.h"

#include <algorithm>
#include <cstdlib>

#include "londiste/apply/ordered_writer.h"
#include "londiste/apply/statement_text.h"
#include "pg/result.h"
#include "pg/sqlstate.h"

namespace londiste::apply {
namespace {

// feature_not_supported, as the server says it

// Tables that refer to those of `names`, or to tables that do, and are not among them: the place of
// the first in `names`, whether they refer to it themselves, the foreign key, the table.
std::string ReferringTables(const std::string& names) {
  return "with recursive named as materialized (select t.place, t.oid from "
         "pg_catalog.unnest(array[" +
         names +
         R"sql(]::pg_catalog.regclass[]) with ordinality t (oid, place)),
emptied (place, oid, fkey, direct) as (
    select n.place, p.oid, null::pg_catalog.name, true
    from named n
    cross join lateral (select n.oid::pg_catalog.oid union select t.relid from pg_catalog.pg_partition_tree(n.oid) t) p (oid)
    union
    select e.place, p.oid, k.conname, e.fkey is null
    from emptied e
    join pg_catalog.pg_constraint k on k.contype = 'f' and k.confrelid = e.oid
    cross join lateral (select k.conrelid union select t.relid from pg_catalog.pg_partition_tree(k.conrelid) t) p (oid))
select distinct on (e.oid) e.place, e.direct, e.fkey, n.nspname || '.' || c.relname
from emptied e
join pg_catalog.pg_class c on c.oid = e.oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where e.oid not in (select x.oid from emptied x where x.fkey is null)
order by e.oid, e.direct desc, e.place, e.fkey)sql";
}

}  // namespace

void Truncation::Add(CachedTable& table, const pgq::Event& event) {
  transactions_.insert(event.txid);
  const bool known =
      std::ranges::any_of(tables_, [&](const Named& named) { return named.table == &table; });
  if (!known) tables_.push_back({&table, event.id});
}

// The source held a lock on each of the tables from before the first event until its commit, so in
// between there are only rows of other tables. Those that a cascade empties are not known here.
bool Truncation::MustPrecede(const CachedTable& table, pgq::Txid txid) const {
  return !empty() &&
         (cascade_ || transactions_.contains(txid) ||
          std::ranges::any_of(tables_, [&](const Named& named) { return named.table == &table; }));
}

std::int64_t Truncation::Execute() {
  if (empty()) return 0;
  LoadShapes();
  CheckForeignKeys();
  std::string names;
  for (const Named& named : tables_)
    names += (names.empty() ? "" : ", ") + TableText(*named.table->shape());
  try {
    pg::ExecNative(target_, "truncate " + names + (cascade_ ? " cascade" : ""));
  } catch (const pg::SqlError& error) {
    Fail(tables_.front(), error);
  }
  const auto count = static_cast<std::int64_t>(tables_.size());
  Clear();
  return count;
}

void Truncation::Clear() {
  tables_.clear();
  transactions_.clear();
}

void Truncation::LoadShapes() {
  for (const Named& named : tables_) {
    if (!named.table->must_load()) continue;
    auto shapes = structure::LoadTableShapes(target_, {&named.table->name(), 1});
    if (shapes.empty()) Fail(named, NoSuchTable(*named.table));
    named.table->SetShape(std::move(shapes.begin()->second));
  }
}

void Truncation::CheckForeignKeys() {
  std::string names;
  for (const Named& named : tables_)
    names += (names.empty() ? "" : ", ") + pg::QuoteLiteral(named.table->name().Quoted());
  // The server takes the query for an expensive one, and would compile it for a second or more.
  pg::ExecNative(target_, "set local jit = off");
  const pg::ResultPtr found = pg::ExecNative(target_, ReferringTables(names));
  for (int row = 0; row < PQntuples(found.get()); ++row) {
    const auto text = [&](int column) -> const char* {
      return PQgetvalue(found.get(), row, column);
    };
    const Named& named = tables_.at(std::strtoul(text(0), nullptr, 10) - 1);
    const std::string table = text(3), fkey = text(2);
    if (cascade_) {
      warn_("TRUNCATE of table \"" + named.table->name().ToString() + "\" empties table \"" +
            table + "\" too (foreign key \"" + fkey + "\")");
    } else if (text(1)[0] == 't') {
      Fail(named,
           pg::SqlError("table \"" + table + "\" refers to it (foreign key \"" + fkey +
                            "\") and was not emptied on the provider",
                        "Drop the foreign key, or set truncate_cascade = 1: such tables are then "
                        "emptied too.",
                        pg::sqlstate::kFeatureNotSupported, {}, {}));
    }
  }
}

void Truncation::Fail(const Named& named, const pg::SqlError& cause) {
  throw DescribeFailure({named.event, "R", {}}, 'R', *named.table, "", cause);
}

}  // namespace londiste::apply
