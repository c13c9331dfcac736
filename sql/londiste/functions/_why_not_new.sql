-- londiste._why_not_new(i_table): why a new table cannot be made on other nodes as it is; no row: it can. may_change: when it gets a key it can. Called by: _follow_new_tables.
create or replace function londiste._why_not_new(in i_table oid, out reason text, out cure text, out may_change boolean)
returns setof record as $$
    select w.reason, w.cure, w.nr = 3
    from (select 3, 'it has no primary key', 'It is added when it gets one.'
          where (londiste._find_key(i_table, '{}')).problem is not null
          union all
          select 1, 'it is of a type', 'Create it on all nodes, by execute, and add it by add-table.'
          from pg_catalog.pg_class c
          where c.oid = i_table and c.reloftype <> 0
          union all
          select 2, format('constraint "%s" calls functions that are volatile', k.conname), 'Declare the functions immutable, if they are, and add the table: add-table.'
          from pg_catalog.pg_constraint k
          where k.conrelid = i_table and k.contype = 'c' and londiste._volatility(k.conbin::text) = 'v') w (nr, reason, cure)
    order by w.nr
    limit 1;
$$ language sql stable set search_path = pg_catalog, pg_temp;
