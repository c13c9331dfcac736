-- londiste._why_not_new(i_table, i_may_be_part): why a new table is not to be made on other nodes as it is; no row: it is. i_may_be_part: it may be meant to be a partition.
-- may_change: when it gets a key it is. Called by: _follow_new_tables.
create or replace function londiste._why_not_new(in i_table oid, in i_may_be_part boolean, out reason text, out cure text, out may_change boolean)
returns setof record as $$
    select w.reason, w.cure, w.nr = 3
    from (select 3, 'it has no primary key', 'It is added when it gets one.'
          where (londiste._find_key(i_table, '{}')).problem is not null
          union all
          select 1, 'it is of a type', 'Create it on all nodes, by execute, and add it by add-table.'
          from pg_catalog.pg_class c
          where c.oid = i_table and c.reloftype <> 0
          union all
          -- With triggers of its own it could not be attached.
          select 4, format('it has the columns of "%s", and may become a partition of it', t.table_name), 'If it shall not, add it by add-table.'
          from londiste.table_info t
          join pg_catalog.pg_class p on p.oid = londiste.find_table_oid(coalesce(t.dest_table, t.table_name)) and p.relkind = 'p' and p.oid <> i_table
          where t.local and i_may_be_part
              and (select count(distinct c.said) = 1
                   from (select string_agg(row(a.attname, a.atttypid, a.atttypmod, a.attcollation, a.attgenerated)::text, ',' order by a.attname)
                         from pg_catalog.pg_attribute a
                         where a.attrelid in (p.oid, i_table) and a.attnum > 0 and not a.attisdropped
                         group by a.attrelid) c (said))
          union all
          select 2, format('constraint "%s" calls functions that are volatile', k.conname), 'Declare the functions immutable, if they are, and add the table: add-table.'
          from pg_catalog.pg_constraint k
          where k.conrelid = i_table and k.contype = 'c' and londiste._volatility(k.conbin::text) = 'v') w (nr, reason, cure)
    order by w.nr
    limit 1;
$$ language sql stable set search_path = pg_catalog, pg_temp;
