// fkeys
#include <cstdio>

#include "londiste/commands/command.h"
#include "londiste/node/node_session.h"
#include "londiste/output/foreign_keys.h"
#include "pg/text_array.h"

namespace londiste::commands {
namespace {

// From and to tables of the queue that are local.
constexpr const char* kForeignKeys = R"(
with mine as (
    select coalesce(t.dest_table, t.table_name) as name, t.merge_state is not distinct from 'ok' and t.custom_snapshot is null as in_sync
    from londiste.table_info t
    where t.queue_name = $1 and t.local)
select f.from_table, f.to_table, f.fkey_name, f.fkey_def, false, '{}'::pg_catalog.text[]
from (select distinct k.* from mine m cross join lateral londiste.find_table_fkeys(m.name) k) f
where not exists (select 1 from londiste.pending_fkeys p where p.from_table = f.from_table and p.fkey_name = f.fkey_name)
union all
select p.from_table, p.to_table, p.fkey_name, p.fkey_def, true,
       array(select m.name from mine m where not m.in_sync and m.name in (p.from_table, p.to_table) order by m.name)
from londiste.pending_fkeys p
where exists (select 1 from mine m where m.name in (p.from_table, p.to_table))
order by 1, 3)";

int Run(CommandContext& context) {
  node::NodeSession session(context);
  session.node();
  std::vector<output::ForeignKeyLine> keys;
  {
    pqxx::work tx(session.local());
    for (const pqxx::row& row : tx.exec_params(kForeignKeys, session.queue()))
      keys.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].c_str(),
                      row[4].as<bool>(), pg::ParseTextArray(row[5].c_str())});
  }
  std::fputs((context.options.Has("json") ? output::ForeignKeysJson(session.queue(), keys)
                                          : output::ForeignKeysText(keys))
                 .c_str(),
             stdout);
  return 0;
}

}  // namespace

const Command kFkeys = {
    .name = "fkeys",
    .summary = "print the foreign keys from and to this node's tables, as statements",
    .details =
        "Those marked as pending are not there: they were dropped for a copy, or came with "
        "add-table --create-full, and the worker makes them when both tables are in sync.",
    .options = {"json"},
    .pid_file = Command::PidFile::kNone,
    .run = Run,
};

}  // namespace londiste::commands
